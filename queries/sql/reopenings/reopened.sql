-- One row per key of the grouping: cases first resolved on the period's days whose follow-up of whole local days has
-- ended by as_of, and those of them reopened within it. Days are those of the first resolution.
-- Cases still followed count on neither side of the rate; they and their reopenings so far stand beside it.
with asked as materialized (
    select
        app.untimed_sources(:subdistrict_id) as untimed,
        -- a case is followed to the end of the day before as_of's at the latest
        app.midnight(cast(:today as date) - cast(:follow_up_days as integer), :time_zone) as followed_before,
        app.complete_through(:subdistrict_id, :as_of) as complete_through,
        app.midnights(:period_from, :period_to, :time_zone) as midnights
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

judged as (
    select
        app.part_number(
            :by, app.day_among(cases.first_resolved_at, :period_from, (select asked.midnights from asked)),
            units.unit_id, cases.type_id, cases.reported_hour
        ) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        cases.first_resolved_at,
        cases.first_resolved_at < (select asked.followed_before from asked) as is_followed,
        case
            when cases.last_reopened_at >= cases.first_resolved_at then exists (
                    select 1 from unnest(cases.reopened_days) as reopened (day)
                    where reopened.day - cast(cases.first_resolved_at at time zone :time_zone as date)
                        between 0 and cast(:follow_up_days as integer)
                )
        end as is_reopened
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.first_resolved_at >= :period_start and cases.first_resolved_at < :period_end
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and cases.source <> all(cast((select asked.untimed from asked) as text[]))
),

parts as (
    select
        judged.number,
        judged.word,
        count(*) filter (where judged.is_followed) as n,
        count(*) filter (where judged.is_followed and judged.is_reopened) as good,
        count(*) filter (where not judged.is_followed) as following,
        count(*) filter (where not judged.is_followed and judged.is_reopened) as reopened_so_far,
        max(judged.first_resolved_at) as last_at
    from judged
    group by judged.number, judged.word
),

counted as (
    select
        app.part_key(:by, parts.number, parts.word) as key,
        sum(parts.n) as n,
        sum(parts.good) as good,
        sum(parts.following) as following,
        sum(parts.reopened_so_far) as reopened_so_far,
        cast(max(parts.last_at) at time zone :time_zone as date) as last_day
    from parts
    group by key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    cast(counted.good as integer) as good,
    app.midnight(
        app.key_end(:by, counted.last_day, :period_to) + 1 + cast(:follow_up_days as integer), :time_zone
    ) > least(:as_of, asked.complete_through) as is_provisional,
    cast(counted.following as integer) as following,
    cast(counted.reopened_so_far as integer) as reopened_so_far
from counted
cross join asked
order by counted.key
