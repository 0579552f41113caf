-- One row per key of the grouping: cases last evaluated on the period's days that carry a mark, those of them whose
-- mark as known at as_of is 4 or 5, and the mean mark. Days are those of the evaluation.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

evaluated as (
    select
        units.unit_id,
        cases.kind,
        cases.type_id,
        cases.channel,
        cases.risk,
        cases.reported_hour,
        cases.satisfaction,
        cast(cases.evaluated_at at time zone :time_zone as date) as day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.evaluated_at >= :period_start and cases.evaluated_at < :period_end
        and cases.satisfaction is not null
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
),

counted as (
    select
        app.part_key(
            :by,
            app.part_number(:by, evaluated.day, evaluated.unit_id, evaluated.type_id, evaluated.reported_hour),
            app.part_word(:by, evaluated.kind, evaluated.channel, evaluated.risk)
        ) as key,
        count(*) as n,
        count(*) filter (where evaluated.satisfaction >= 4) as good,
        max(evaluated.day) as last_day,
        avg(evaluated.satisfaction) as mean
    from evaluated
    group by key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    cast(counted.good as integer) as good,
    app.midnight(app.key_end(:by, counted.last_day, :period_to) + 1, :time_zone)
    > least(:as_of, app.complete_through(:subdistrict_id, :as_of)) as is_provisional,
    cast(counted.mean as double precision) as mean
from counted
order by counted.key
