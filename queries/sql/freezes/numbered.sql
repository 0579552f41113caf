-- One row: the document of a freeze by its number; none where the subdistrict has no such freeze.
select
    review_freezes.freeze_id,
    review_freezes.document,
    review_freezes.checksum,
    review_freezes.frozen_at,
    review_freezes.frozen_by
from app.review_freezes
where review_freezes.subdistrict_id = :subdistrict_id and review_freezes.freeze_id = :freeze_id
