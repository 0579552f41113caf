-- One row per source with a case reported in the days asked about: which stages it has recorded for any of them.
select
    cases.source,
    bool_or(cases.discovered_at is not null) as discovered,
    bool_or(cases.dispatched_at is not null) as dispatched,
    bool_or(cases.first_resolved_at is not null) as resolved,
    bool_or(cases.fed_back_at is not null) as fed_back,
    bool_or(cases.evaluated_at is not null) as evaluated
from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as cases
group by cases.source
order by cases.source
