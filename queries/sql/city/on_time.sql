-- One row per subdistrict of the city with a deadline, and one of all (key null): cases first due on the period's days
-- and by as_of, not withdrawn or transferred before that deadline, and those of them first resolved by it. Whole days
-- are read from the roll-up of each subdistrict where it may speak; the day that runs, from the cases.
-- Cases of sources that give no closing times take no part.
with centres as materialized (
    select
        subdistrict.subdistrict_id,
        subdistrict.is_present and cast(:use_rollup as boolean) and sources.untimed = '{}' as is_rolled_up,
        sources.untimed
    from app.subdistricts_of(:area_id, :as_of) as subdistrict
    cross join lateral app.untimed_sources(subdistrict.subdistrict_id) as sources (untimed)
    where subdistrict.records_times
),

counted as (
    -- a subquery for each subdistrict: joined, the planner may walk through the roll-ups of all areas
    select centres.subdistrict_id, its_own.n, its_own.good
    from centres
    cross join
        lateral (
            select
                sum(area_day.due) as n,
                sum(area_day.due_on_time) as good
            from app.area_day
            where area_day.subdistrict_id = centres.subdistrict_id
                and area_day.area_id = centres.subdistrict_id
                and area_day.day between :period_from and least(cast(:period_to as date), cast(:today as date) - 1)
                and (cast(:kinds as text[]) is null or area_day.kind = any(cast(:kinds as text[])))
                and area_day.due > 0
        ) as its_own
    where centres.is_rolled_up
        and its_own.n > 0
    union all
    select
        centres.subdistrict_id,
        count(*) as n,
        count(*) filter (where cases.first_resolved_at <= cases.first_due_at) as good
    from centres
    cross join lateral app.city_cases_at(centres.subdistrict_id, :as_of) as cases
    where centres.is_rolled_up
        and cases.first_due_at >= greatest(cast(:period_start as timestamptz), cast(:day_start as timestamptz))
        and cases.first_due_at < :period_end
        and cases.first_due_at <= :as_of
        and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by centres.subdistrict_id
    union all
    select
        centres.subdistrict_id,
        count(*) as n,
        count(*) filter (where cases.first_resolved_at <= cases.first_due_at) as good
    from centres
    cross join lateral app.city_cases_at(centres.subdistrict_id, :as_of) as cases
    where not centres.is_rolled_up
        and cases.source <> all(centres.untimed)
        and cases.first_due_at >= :period_start
        and cases.first_due_at < :period_end
        and cases.first_due_at <= :as_of
        and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by centres.subdistrict_id
),

judged as (
    select
        counted.subdistrict_id,
        counted.n,
        counted.good,
        app.midnight(cast(:period_to as date) + 1, :time_zone)
        > least(:as_of, app.complete_through(counted.subdistrict_id, :as_of)) as is_provisional
    from counted
)

select
    cast(judged.subdistrict_id as text) as key,
    cast(sum(judged.n) as integer) as n,
    cast(sum(judged.good) as integer) as good,
    bool_or(judged.is_provisional) as is_provisional
from judged
group by rollup (judged.subdistrict_id)
having sum(judged.n) > 0
order by judged.subdistrict_id nulls first
