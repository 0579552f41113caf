-- One row: cases reported from a moment on and known at as_of, the red and the orange ones among them, and how many of
-- all are still open; withdrawn ones left out.
select
    count(*) as reported,
    count(*) filter (where cases.risk = 'red') as red,
    count(*) filter (where cases.risk = 'orange') as orange,
    count(*) filter (where cases.state = 'open') as open
from app.cases_reported(:subdistrict_id, :as_of, :since, 'infinity') as cases
where cases.reported_at <= :as_of
    and cases.state in ('open', 'resolved')
