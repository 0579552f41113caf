-- One row per frozen review of the subdistrict, the newest freeze first: its period, moment, version and checksum.
select
    review_freezes.freeze_id,
    review_freezes.period_from,
    review_freezes.period_to,
    review_freezes.as_of,
    review_freezes.definitions,
    review_freezes.checksum,
    review_freezes.frozen_at,
    review_freezes.frozen_by
from app.review_freezes
where review_freezes.subdistrict_id = :subdistrict_id
order by review_freezes.frozen_at desc, review_freezes.freeze_id desc
limit :rows
