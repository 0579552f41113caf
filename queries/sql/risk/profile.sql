-- One row per weekday (Monday 1) and local hour with a case in the period: cases of the whole subdistrict.
with counted as (
    select
        -- one number to count by: day of the week, hour; the first of January of the year 1 was a Monday
        (cases.reported_day - date '0001-01-01') % 7 * 24 + cases.reported_hour as part,
        count(*) as reported,
        count(*) filter (where cases.risk in ('orange', 'red')) as grave
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.state in ('resolved', 'open')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by part
)

select
    counted.part / 24 + 1 as weekday,
    counted.part % 24 as hour,
    cast(counted.reported as integer) as reported,
    cast(counted.grave as integer) as grave
from counted
order by counted.part
