-- One row: how many of the cases reported from a moment on were known at as_of.
select count(*) as known
from app.cases_at(:subdistrict_id, :as_of) as recent
where recent.reported_at >= :newest_from
