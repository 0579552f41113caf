-- One row per key of the grouping: cases reported in the period whose time limit for dispatch had passed by as_of,
-- and those of them dispatched within it. Not counted: cases resolved before or without any dispatch (the stage was
-- skipped), cases withdrawn or handed over undispatched within the limit, and those of sources that had none dispatched
-- of all their cases of the 28 days before the period's end.
with asked as materialized (
    select app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

-- looked for one by one: nearly always the first cases say so
dispatching as materialized (
    select array_agg(sources.source) as sources
    from app.sources
    where sources.subdistrict_id = :subdistrict_id
        and exists (
            select 1
            from app.cases_reported(:subdistrict_id, :as_of, :told_from, :period_end) as told
            where told.source = sources.source and told.dispatched_at is not null
        )
),

limited as (
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, cases.reported_hour) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        cases.reported_day,
        cases.reported_at,
        cases.dispatched_at,
        cases.first_resolved_at,
        cases.closed_at,
        cases.state,
        cases.reported_at + case
            when cases.risk = any(cast(:urgent_risks as text[])) then cast(:urgent_within as interval)
            else cast(:ordinary_within as interval)
        end as limit_at
    from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as cases
    inner join units on cases.area_id = units.area_id
    where (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and cases.source = any(cast((select dispatching.sources from dispatching) as text[]))
        and (
            cast(:is_urgent as boolean) is null
            or (cases.risk = any(cast(:urgent_risks as text[]))) = cast(:is_urgent as boolean)
        )
),

parts as (
    select
        limited.number,
        limited.word,
        count(*) as n,
        count(*) filter (where limited.dispatched_at <= limited.limit_at) as good,
        max(limited.reported_day) as last_day
    from limited
    where limited.limit_at <= :as_of
        and (limited.first_resolved_at is null or limited.dispatched_at <= limited.first_resolved_at)
        and not (
            limited.state in ('withdrawn', 'transferred')
            and limited.dispatched_at is null and limited.closed_at <= limited.limit_at
        )
    group by limited.number, limited.word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.n) as n,
        sum(parts.good) as good,
        app.midnight(app.key_end(:by, max(parts.last_day), :period_to) + 1, :time_zone) as ended_at
    from parts
    group by key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    cast(counted.good as integer) as good,
    counted.ended_at + cast(:longest_within as interval) > :as_of
    or counted.ended_at > asked.complete_through as is_provisional
from counted
cross join asked
order by counted.key
