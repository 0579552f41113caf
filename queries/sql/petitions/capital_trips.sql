-- One row per key of the grouping: petitions of matters that stand for a trip to the capital, reported on the period's
-- days and neither withdrawn nor handed over. The total is always there, zero where there were none.
with asked as materialized (
    select app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

counted as (
    select
        app.group_key(
            :by, cases.reported_day, units.unit_id, cases.kind, cases.type_id, cases.channel, cases.risk
        ) as key,
        count(*) as n,
        max(cases.reported_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join app.case_types on cases.type_id = case_types.type_id
    inner join units on cases.area_id = units.area_id
    where cases.kind = 'petition'
        and case_types.is_capital_trip
        and cases.state in ('open', 'resolved')
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
    group by key
    union all
    select null as key, 0 as n, cast(:period_to as date) as last_day
    where :by = 'total'
)

select
    counted.key,
    cast(sum(counted.n) as integer) as n,
    bool_or(
        app.midnight(app.key_end(:by, counted.last_day, :period_to) + 1, :time_zone)
        > least(:as_of, asked.complete_through)
    ) as is_provisional
from counted
cross join asked
group by counted.key
order by counted.key
