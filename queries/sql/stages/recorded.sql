-- One row per source with a case reported in the days asked about: which stages it has recorded for any of them.
select
    cases.source,
    count(cases.discovered_at) > 0 as discovered,
    count(cases.dispatched_at) > 0 as dispatched,
    count(cases.first_resolved_at) > 0 as resolved,
    count(cases.fed_back_at) > 0 as fed_back,
    count(cases.evaluated_at) > 0 as evaluated
from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as cases
group by cases.source
order by cases.source
