-- One row per key of the grouping: of the cases reported on the period's days those resolved at as_of at any level or
-- open above the community, and those of them resolved at the grid or in the community. Those still open at the grid or
-- in the community have not gone anywhere yet and count on neither side; open_base counts them beside.
with asked as materialized (
    select
        app.untimed_sources(:subdistrict_id) as untimed,
        app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

parts as (
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, cases.reported_hour) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        count(*) filter (where cases.state = 'resolved') as resolved,
        count(*) filter (where cases.state = 'resolved' and cases.resolved_level in ('grid', 'community')) as good,
        count(*) filter (where cases.state = 'open' and cases.level in ('grid', 'community')) as open_base,
        count(*) filter (where cases.state = 'open' and cases.level not in ('grid', 'community')) as open_above,
        max(cases.reported_day) as last_day
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.state in ('open', 'resolved')
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and cases.source <> all(cast((select way.untimed from asked as way) as text[]))
    group by number, word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.resolved) as resolved,
        sum(parts.good) as good,
        sum(parts.open_base) as open_base,
        sum(parts.open_above) as open_above,
        max(parts.last_day) as last_day
    from parts
    group by key
)

select
    counted.key,
    cast(counted.resolved + counted.open_above as integer) as n,
    cast(counted.good as integer) as good,
    counted.open_above + counted.open_base > 0
    or app.midnight(app.key_end(:by, counted.last_day, :period_to) + 1, :time_zone)
    > least(:as_of, asked.complete_through) as is_provisional,
    cast(counted.open_above as integer) as open_above,
    cast(counted.open_base as integer) as open_base
from counted
cross join asked
order by counted.key
