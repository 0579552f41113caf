-- One row per key of the grouping: cases reported on the period's days and not withdrawn or handed over before 24:00
-- of their day, and those of them resolved at that 24:00 and not reopened in the following seven days. Cases of sources
-- that give no closing times take no part. Provisional until the key's last day has been followed for seven days.
-- Read from the roll-up where it may speak (nothing recorded since, and it knows the key), otherwise from the cases.
with asked as materialized (
    select
        app.is_present(:subdistrict_id, :as_of) and cast(:use_rollup as boolean)
        and :by not in ('type', 'channel', 'risk', 'hour')
        and app.untimed_sources(:subdistrict_id) = '{}' as is_rolled_up,
        app.untimed_sources(:subdistrict_id) as untimed,
        cast(app.setting_text('same_day_window_days') as integer) as window_days,
        app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

parts as (
    select
        app.part_number(:by, area_day.day, area_day.area_id, null, null) as number,
        app.part_word(:by, area_day.kind, null, null) as word,
        sum(area_day.same_day_counted) as n,
        sum(area_day.same_day_kept) as good,
        max(area_day.day) as last_day
    from app.area_day
    inner join units on area_day.area_id = units.unit_id and units.unit_id = units.area_id
    where (select asked.is_rolled_up from asked)
        and area_day.subdistrict_id = :subdistrict_id
        and area_day.day between :period_from and :period_to
        and area_day.kind = any(cast(:kinds as text[]))
        and area_day.same_day_counted > 0
    group by number, word
    union all
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, cases.reported_hour) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        count(*) as n,
        count(*) filter (where cases.is_same_day_kept) as good,
        max(cases.reported_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where not (select way.is_rolled_up from asked as way)
        and cases.source <> all(cast((select way.untimed from asked as way) as text[]))
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
        and cases.is_same_day_counted
    group by number, word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.n) as n,
        sum(parts.good) as good,
        max(parts.last_day) as last_day
    from parts
    group by key
),

ended as (
    select counted.*, app.key_end(:by, counted.last_day, :period_to) as end_day
    from counted
)

select
    ended.key,
    cast(ended.n as integer) as n,
    cast(ended.good as integer) as good,
    app.midnight(ended.end_day + 1 + asked.window_days, :time_zone) > :as_of
    or app.midnight(ended.end_day + 1, :time_zone) > asked.complete_through as is_provisional
from ended
cross join asked
order by ended.key
