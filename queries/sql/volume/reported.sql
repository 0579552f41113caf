-- One row per key of the grouping with a case: cases reported on the period's days, those later withdrawn included.
-- Read from the roll-up where it may speak (nothing recorded since, and it knows the key), otherwise from the cases.
with asked as materialized (
    select
        app.is_present(:subdistrict_id, :as_of) and cast(:use_rollup as boolean)
        and :by not in ('type', 'channel') as is_rolled_up,
        app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

parts as (
    select
        app.part_number(:by, area_day.day, area_day.area_id, null, hours_and_colours.hour) as number,
        app.part_word(:by, area_day.kind, null, hours_and_colours.risk) as word,
        sum(hours_and_colours.n) as n,
        max(area_day.day) as last_day
    from app.area_day
    inner join units
        on area_day.area_id = units.unit_id and units.unit_id = units.area_id
    -- the hours and colours of a day lie in one row
    cross join
        lateral (
            select
                null as hour,
                null as risk,
                area_day.reported as n
            where :by not in ('hour', 'risk')
            union all
            select
                cast(hours.position - 1 as smallint) as hour,
                null as risk,
                hours.n
            from unnest(area_day.reported_by_hour) with ordinality as hours (n, position)
            where :by = 'hour'
            union all
            select
                null as hour,
                colours.risk,
                colours.n
            from unnest(
                    array['red', 'orange', 'yellow', 'blue'],
                    array[
                        area_day.reported_red,
                        area_day.reported_orange,
                        area_day.reported_yellow,
                        area_day.reported_blue
                    ]
                ) as colours (risk, n)
            where :by = 'risk'
        ) as hours_and_colours
    where (select asked.is_rolled_up from asked)
        and area_day.subdistrict_id = :subdistrict_id
        and area_day.day between :period_from and :period_to
        and (cast(:kinds as text[]) is null or area_day.kind = any(cast(:kinds as text[])))
        and hours_and_colours.n > 0
    group by number, word
    union all
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, cases.reported_hour) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        count(*) as n,
        max(cases.reported_day) as last_day
    from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as cases
    inner join units on cases.area_id = units.area_id
    where not (select asked.is_rolled_up from asked)
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by number, word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.n) as n,
        max(parts.last_day) as last_day
    from parts
    group by key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    app.midnight(app.key_end(:by, counted.last_day, :period_to) + 1, :time_zone)
    > least(:as_of, asked.complete_through) as is_provisional
from counted
cross join asked
order by counted.key
