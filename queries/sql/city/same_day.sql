-- One row per subdistrict of the city with a case, and one of all (key null): cases reported on the period's days and
-- not withdrawn or handed over before 24:00 of their day, and those of them resolved at that 24:00 and not reopened in
-- the following seven days. Read from the roll-up of each subdistrict where it may speak, otherwise from its cases;
-- without those of sources that give no closing times.
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
                sum(area_day.same_day_counted) as n,
                sum(area_day.same_day_kept) as good
            from app.area_day
            where area_day.subdistrict_id = centres.subdistrict_id
                and area_day.area_id = centres.subdistrict_id
                and area_day.day between :period_from and :period_to
                and area_day.kind = any(cast(:kinds as text[]))
                and area_day.same_day_counted > 0
        ) as its_own
    where centres.is_rolled_up
        and its_own.n > 0
    union all
    select
        centres.subdistrict_id,
        count(*) as n,
        count(*) filter (where cases.is_same_day_kept) as good
    from centres
    cross join lateral app.city_cases_at(centres.subdistrict_id, :as_of) as cases
    where not centres.is_rolled_up
        and cases.source <> all(centres.untimed)
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
        and cases.is_same_day_counted
    group by centres.subdistrict_id
),

judged as (
    select
        counted.subdistrict_id,
        counted.n,
        counted.good,
        app.midnight(
            cast(:period_to as date) + 1 + cast(app.setting_text('same_day_window_days') as integer), :time_zone
        ) > :as_of
        or app.midnight(cast(:period_to as date) + 1, :time_zone) > app.complete_through(counted.subdistrict_id, :as_of)
            as is_provisional
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
