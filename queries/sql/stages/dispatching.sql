-- One row per source with a case reported in the days asked about: whether any of them was dispatched.
select
    cases.source,
    count(cases.dispatched_at) > 0 as dispatched
from app.cases_reported(:subdistrict_id, :as_of, :told_from, :period_end) as cases
group by cases.source
order by cases.source
