-- One row per key of the grouping: cases first due in the period and by as_of, not withdrawn or handed over before that
-- deadline, and those of them first resolved by it; extended ones (put off, not brought forward) are counted beside.
-- Days are those of the deadline.
-- Where the roll-up may speak it is read for the days before today, and the few extended cases are counted beside it;
-- today, of which it also counts what is due later, and everything else is counted from the cases.
with allowed as materialized (
    select
        app.is_present(:subdistrict_id, :as_of) and cast(:use_rollup as boolean)
        and :by not in ('type', 'channel', 'risk', 'hour')
        and app.untimed_sources(:subdistrict_id) = '{}' as is_rolled_up
),

asked as materialized (
    select
        allowed.is_rolled_up,
        case
            when allowed.is_rolled_up then greatest(:period_start, :day_start)
            else :period_start
        end as counted_from,
        app.untimed_sources(:subdistrict_id) as untimed,
        app.complete_through(:subdistrict_id, :as_of) as complete_through
    from allowed
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

parts as (
    select
        app.part_number(:by, area_day.day, area_day.area_id, null, null) as number,
        app.part_word(:by, area_day.kind, null, null) as word,
        sum(area_day.due) as n,
        sum(area_day.due_on_time) as good,
        0 as extended,
        max(area_day.day) as last_day
    from app.area_day
    inner join units on area_day.area_id = units.unit_id and units.unit_id = units.area_id
    where (select asked.is_rolled_up from asked)
        and area_day.subdistrict_id = :subdistrict_id
        and area_day.day between :period_from and least(:period_to, :today - 1)
        and (cast(:kinds as text[]) is null or area_day.kind = any(cast(:kinds as text[])))
        and area_day.due > 0
    group by number, word
    union all
    select
        app.part_number(:by, cases.due_day, units.unit_id, null, null) as number,
        app.part_word(:by, cases.kind, null, null) as word,
        0 as n,
        0 as good,
        count(*) as extended,
        max(cases.due_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where (select asked.is_rolled_up from asked)
        -- the first says which index to read
        and cases.deadline_changes > 0 and cases.due_at > cases.first_due_at
        and cases.first_due_at >= :period_start and cases.first_due_at < least(:period_end, :day_start)
        and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by number, word
    union all
    select
        app.part_number(:by, cases.due_day, units.unit_id, cases.type_id, cases.reported_hour) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        count(*) as n,
        count(*) filter (where cases.first_resolved_at <= cases.first_due_at) as good,
        count(*) filter (where cases.due_at > cases.first_due_at) as extended,
        max(cases.due_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.first_due_at >= (select bounds.counted_from from asked as bounds)
        and cases.first_due_at < :period_end and cases.first_due_at <= :as_of
        and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and cases.source <> all(cast((select way.untimed from asked as way) as text[]))
    group by number, word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.n) as n,
        sum(parts.good) as good,
        sum(parts.extended) as extended,
        max(parts.last_day) as last_day
    from parts
    group by key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    cast(counted.good as integer) as good,
    app.midnight(app.key_end(:by, counted.last_day, :period_to) + 1, :time_zone)
    > least(:as_of, asked.complete_through) as is_provisional,
    cast(counted.extended as integer) as extended
from counted
cross join asked
order by counted.key
