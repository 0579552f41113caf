-- One row per local day of the period, those on which nothing happened included: cases first due, and of them resolved
-- in time; escalations, and those to be answered that day and by as_of that were not answered in time. All as known at
-- as_of and of the kinds chosen; cases of sources that give no closing times are not among the due ones.
with areas as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, null)
),

untimed as materialized (
    select
        app.is_present(:subdistrict_id, :as_of) as is_present,
        app.untimed_sources(:subdistrict_id) as sources,
        -- of days that are over the roll-up tells what was due on them
        case
            when app.is_present(:subdistrict_id, :as_of) and app.untimed_sources(:subdistrict_id) = '{}'
                then least(greatest(:period_start, :day_start), :period_end)
            else :period_start
        end as due_counted_from
),

on_time as (
    select area_day.day, sum(area_day.due) as n, sum(area_day.due_on_time) as on_time
    from app.area_day
    where area_day.subdistrict_id = :subdistrict_id
        and area_day.area_id = coalesce(cast(:area_id as integer), :subdistrict_id)
        and area_day.day between :period_from and :period_to
        and app.midnight(area_day.day, :time_zone) < (select untimed.due_counted_from from untimed)
        and (cast(:kinds as text[]) is null or area_day.kind = any(cast(:kinds as text[])))
    group by area_day.day
    union all
    select
        cases.due_day as day,
        count(*) as n,
        count(*) filter (where cases.first_resolved_at <= cases.first_due_at) as on_time
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join areas on cases.area_id = areas.area_id
    where cases.first_due_at >= (select untimed.due_counted_from from untimed)
        and cases.first_due_at < :period_end and cases.first_due_at <= :as_of
        and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
        and cases.source <> all(cast((select untimed.sources from untimed) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by cases.due_day
),

-- of the present as they stand: there is none to be left out
handed_up as (
    select standing.*
    from app.escalations as standing
    where (select untimed.is_present from untimed) and standing.subdistrict_id = :subdistrict_id
    union all
    select known.*
    from app.escalations_at(:subdistrict_id, :as_of) as known
    where not (select untimed.is_present from untimed)
),

hand_ups as (
    select escalations.*
    from handed_up as escalations
    where (escalations.raised_at >= :period_start or escalations.deadline_at >= :period_start)
        and (cast(:kinds as text[]) is null or exists (
            select 1 from app.cases_at(:subdistrict_id, :as_of) as cases
            where cases.case_id = escalations.case_id and cases.kind = any(cast(:kinds as text[]))
        ))
        and (cast(:area_id as integer) is null or exists (
            select 1 from app.area_closure as chosen
            where chosen.ancestor_id = :area_id and chosen.descendant_id = escalations.from_area_id
        ))
),

escalated as (
    select cast(hand_ups.raised_at at time zone :time_zone as date) as day, count(*) as times
    from hand_ups
    group by cast(hand_ups.raised_at at time zone :time_zone as date)
),

late as (
    select cast(hand_ups.deadline_at at time zone :time_zone as date) as day, count(*) as times
    from hand_ups
    where hand_ups.deadline_at <= :as_of
        and not (hand_ups.state = 'answered' and hand_ups.answered_at <= hand_ups.deadline_at)
    group by cast(hand_ups.deadline_at at time zone :time_zone as date)
)

select
    cast(listed.day as date) as day,
    cast(coalesce(on_time.n, 0) as integer) as due,
    cast(coalesce(on_time.on_time, 0) as integer) as due_on_time,
    coalesce(escalated.times, 0) as escalated,
    coalesce(late.times, 0) as late_answers
from generate_series(cast(:period_from as timestamp), cast(:period_to as timestamp), interval '1 day') as listed (day)
left join on_time on cast(listed.day as date) = on_time.day
left join escalated on cast(listed.day as date) = escalated.day
left join late on cast(listed.day as date) = late.day
order by day
