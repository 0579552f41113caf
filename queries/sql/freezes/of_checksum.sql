-- One row: the frozen document of that checksum; none where the subdistrict has none.
select
    review_freezes.freeze_id,
    review_freezes.document,
    review_freezes.checksum,
    review_freezes.frozen_at,
    review_freezes.frozen_by
from app.review_freezes
where review_freezes.subdistrict_id = :subdistrict_id and review_freezes.checksum = :checksum
order by review_freezes.freeze_id
limit 1
