-- One row per weekday (Monday 1) and local hour with a case in the period: cases of the whole subdistrict.
with counted as (
    select
        cases.reported_day,
        cases.reported_hour,
        count(*) as reported,
        count(*) filter (where cases.risk in ('red', 'orange')) as grave
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.state in ('open', 'resolved')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by cases.reported_day, cases.reported_hour
)

select
    cast(extract(isodow from counted.reported_day) as integer) as weekday,
    counted.reported_hour as hour,
    cast(sum(counted.reported) as integer) as reported,
    cast(sum(counted.grave) as integer) as grave
from counted
group by weekday, counted.reported_hour
order by weekday, counted.reported_hour
