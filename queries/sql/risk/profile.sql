-- One row per weekday (Monday 1) and local hour with a case in the period: cases of the whole subdistrict.
select
    cast(extract(isodow from cases.reported_day) as integer) as weekday,
    cases.reported_hour as hour,
    count(*) as reported,
    count(*) filter (where cases.risk in ('red', 'orange')) as grave
from app.cases_at(:subdistrict_id, :as_of) as cases
where cases.reported_at >= :period_start and cases.reported_at < :period_end
    and cases.state in ('open', 'resolved')
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by extract(isodow from cases.reported_day), cases.reported_hour
order by extract(isodow from cases.reported_day), cases.reported_hour
