-- One row: the document of the newest freeze of a period; none where it was never frozen.
select
    review_freezes.freeze_id,
    review_freezes.document,
    review_freezes.checksum,
    review_freezes.frozen_at,
    review_freezes.frozen_by
from app.review_freezes
where review_freezes.subdistrict_id = :subdistrict_id
    and review_freezes.period_from = :period_from and review_freezes.period_to = :period_to
order by review_freezes.as_of desc
limit 1
