-- One row: the document of the frozen review that a period's review follows up; none where there is none. It is of a
-- period that ended before this one began, as known by as_of: the latest such period, of several that end on one day
-- the one nearest in length, and of that the newest freeze.
select
    review_freezes.freeze_id,
    review_freezes.document,
    review_freezes.checksum,
    review_freezes.frozen_at,
    review_freezes.frozen_by
from app.review_freezes
where review_freezes.subdistrict_id = :subdistrict_id
    and review_freezes.period_to < :period_from
    and review_freezes.as_of <= :as_of
order by
    review_freezes.period_to desc,
    abs((review_freezes.period_to - review_freezes.period_from) - (:period_to - :period_from)) asc,
    review_freezes.as_of desc
limit 1
