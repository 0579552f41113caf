-- One row per subdistrict of the city with a case, and one of all (key null): cases reported on the period's days, by
-- risk. Read from the roll-up of each subdistrict where it may speak, otherwise from its cases.
with centres as materialized (
    select
        subdistrict.subdistrict_id,
        subdistrict.is_present and cast(:use_rollup as boolean) as is_rolled_up
    from app.subdistricts_of(:area_id, :as_of) as subdistrict
),

counted as (
    -- a subquery for each subdistrict: joined, the planner may walk through the roll-ups of all areas
    select centres.subdistrict_id, its_own.reported, its_own.red, its_own.orange, its_own.yellow, its_own.blue
    from centres
    cross join
        lateral (
            select
                sum(area_day.reported) as reported,
                sum(area_day.reported_red) as red,
                sum(area_day.reported_orange) as orange,
                sum(area_day.reported_yellow) as yellow,
                sum(area_day.reported_blue) as blue
            from app.area_day
            where area_day.subdistrict_id = centres.subdistrict_id
                and area_day.area_id = centres.subdistrict_id
                and area_day.day between :period_from and :period_to
                and (cast(:kinds as text[]) is null or area_day.kind = any(cast(:kinds as text[])))
                and area_day.reported > 0
        ) as its_own
    where centres.is_rolled_up
        and its_own.reported > 0
    union all
    select
        centres.subdistrict_id,
        count(*) as reported,
        count(*) filter (where cases.risk = 'red') as red,
        count(*) filter (where cases.risk = 'orange') as orange,
        count(*) filter (where cases.risk = 'yellow') as yellow,
        count(*) filter (where cases.risk = 'blue') as blue
    from centres
    cross join lateral app.city_cases_at(centres.subdistrict_id, :as_of) as cases
    where not centres.is_rolled_up
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by centres.subdistrict_id
)

select
    cast(counted.subdistrict_id as text) as key,
    cast(sum(counted.reported) as integer) as reported,
    cast(sum(counted.red) as integer) as red,
    cast(sum(counted.orange) as integer) as orange,
    cast(sum(counted.yellow) as integer) as yellow,
    cast(sum(counted.blue) as integer) as blue
from counted
group by rollup (counted.subdistrict_id)
having sum(counted.reported) > 0
order by counted.subdistrict_id nulls first
