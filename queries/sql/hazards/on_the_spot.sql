-- One row per key of the grouping: hazards reported on the period's days and neither withdrawn nor handed over, and
-- those of them that stand resolved by their finder (never dispatched or handed up, resolved at the grid).
-- Where the roll-up may speak it is read, less the few withdrawn and handed over since, which it counts as reported;
-- otherwise all is counted from the cases, and by what the roll-up does not know it is not even planned. Open ones are
-- counted for what they may still change.
with asked as materialized (
    select
        app.is_present(:subdistrict_id, :as_of) and cast(:use_rollup as boolean)
        and :by not in ('type', 'channel', 'risk', 'hour')
        and app.untimed_sources(:subdistrict_id) = '{}' as is_rolled_up,
        app.untimed_sources(:subdistrict_id) as untimed,
        app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

parts as (
    select
        app.part_number(:by, area_day.day, area_day.area_id, null, null) as number,
        app.part_word(:by, area_day.kind, null, null) as word,
        sum(area_day.reported) as n,
        sum(area_day.on_the_spot) as good,
        0 as still_open,
        max(area_day.day) as last_day
    from app.area_day
    inner join units on area_day.area_id = units.unit_id and units.unit_id = units.area_id
    where :by not in ('type', 'channel', 'risk', 'hour') and (select asked.is_rolled_up from asked)
        and area_day.subdistrict_id = :subdistrict_id
        and area_day.day between :period_from and :period_to
        and area_day.kind = any(cast(:kinds as text[]))
        and area_day.reported > 0
    group by number, word
    union all
    select
        app.part_number(:by, cases.reported_day, units.unit_id, null, null) as number,
        app.part_word(:by, cases.kind, null, null) as word,
        -count(*) as n,
        0 as good,
        0 as still_open,
        max(cases.reported_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where :by not in ('type', 'channel', 'risk', 'hour') and (select asked.is_rolled_up from asked)
        and cases.state in ('withdrawn', 'transferred')
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
    group by number, word
    union all
    select
        app.part_number(:by, cases.reported_day, units.unit_id, null, null) as number,
        app.part_word(:by, cases.kind, null, null) as word,
        0 as n,
        0 as good,
        count(*) as still_open,
        max(cases.reported_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where :by not in ('type', 'channel', 'risk', 'hour') and (select asked.is_rolled_up from asked)
        and cases.state = 'open'
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
    group by number, word
    union all
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, cases.reported_hour) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        count(*) as n,
        count(*) filter (where cases.is_on_the_spot) as good,
        count(*) filter (where cases.state = 'open') as still_open,
        max(cases.reported_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where not (select way.is_rolled_up from asked as way)
        and cases.state in ('open', 'resolved')
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
        and cases.source <> all(cast((select way.untimed from asked as way) as text[]))
    group by number, word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.n) as n,
        sum(parts.good) as good,
        sum(parts.still_open) as still_open,
        max(parts.last_day) as last_day
    from parts
    group by key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    cast(counted.good as integer) as good,
    counted.still_open > 0
    or app.midnight(app.key_end(:by, counted.last_day, :period_to) + 1, :time_zone)
    > least(:as_of, asked.complete_through) as is_provisional
from counted
cross join asked
where counted.n > 0
order by counted.key
