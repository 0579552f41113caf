-- One row per local day of the period, days without cases included; all as known at as_of and of the kinds chosen.
-- same_day: appeals unless kinds are chosen, resolved by the day's end (later reopenings left aside). open: at the
-- day's end, today at as_of, missing of days to come. late_answers: escalations to be answered that day and by as_of
-- that were not answered in time. Cases of sources that give no closing times only count as reported.
with days as (
    select
        cast(listed.day as date) as day,
        cast(listed.day as timestamp) at time zone :time_zone as day_start,
        -- what happened at as_of itself counts, what happened at 24:00 belongs to the next day
        least(
            (cast(listed.day as timestamp) + interval '1 day') at time zone :time_zone,
            :as_of + interval '1 microsecond'
        ) as looked_at
    from generate_series(cast(:period_from as timestamp), cast(:period_to as timestamp), interval '1 day')
            as listed (day)
),

areas as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, null)
),

untimed as materialized (
    select app.untimed_sources(:subdistrict_id) as sources
),

-- those reported in the period, and those open at its start
known as materialized (
    select
        cases.case_id,
        cases.reported_at,
        cases.reported_day,
        cases.closed_at,
        cases.first_occurred_at,
        cases.is_same_day_resolved,
        cases.source <> all(untimed.sources) as is_timed,
        cases.is_same_day_counted
        and cases.kind = any(cast(:same_day_kinds as text[]))
        and cases.source <> all(untimed.sources) as is_counted,
        cases.reopened_count > 0 or app.is_closed_again(
            cases.state, cases.closed_at, cases.first_resolved_at, cases.withdrawn_days, cases.linked_subdistrict_id
        ) as is_told_by_log
    from app.cases_alive(:subdistrict_id, :as_of, :period_start, :period_end) as cases
    inner join areas on cases.area_id = areas.area_id
    cross join untimed
    where cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[]))
),

reported as (
    select
        known.reported_day as day,
        count(*) as n,
        count(*) filter (where known.is_counted) as same_day_n,
        count(*) filter (where known.is_counted and known.is_same_day_resolved) as same_day_resolved
    from known
    where known.reported_at >= :period_start
    group by known.reported_day
),

on_time as (
    select
        cases.due_day as day,
        count(*) as n,
        count(*) filter (where cases.first_resolved_at <= cases.first_due_at) as on_time
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join areas on cases.area_id = areas.area_id
    where cases.first_due_at >= :period_start and cases.first_due_at < :period_end and cases.first_due_at <= :as_of
        and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
        and cases.source <> all(cast((select untimed.sources from untimed) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by cases.due_day
),

-- a case that was reopened or closed more than once: its log says when it was open
turned as (
    select array_agg(known.case_id) as case_ids, min(known.first_occurred_at) as first_occurred_at
    from known
    where known.is_timed and known.is_told_by_log
),

spells as (
    select known.reported_at as from_at, coalesce(known.closed_at, 'infinity') as until_at
    from known
    where known.is_timed and not known.is_told_by_log
    union all
    select told.from_at, coalesce(told.until_at, 'infinity') as until_at
    from turned
    cross join
        lateral app.open_spells(:subdistrict_id, turned.case_ids, turned.first_occurred_at, :as_of) as told
),

-- only spells that outlast a midnight, or the present, are ever seen
long_spells as (
    select spells.from_at, spells.until_at
    from spells
    where cast(spells.from_at at time zone :time_zone as date)
        < cast(least(spells.until_at, :as_of + interval '1 day') at time zone :time_zone as date)
),

stock as (
    select days.day, count(long_spells.from_at) as open
    from days
    left join long_spells on days.looked_at > long_spells.from_at and days.looked_at <= long_spells.until_at
    group by days.day
),

hand_ups as (
    select escalations.*
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
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
    days.day,
    coalesce(reported.n, 0) as reported,
    coalesce(reported.same_day_n, 0) as same_day_n,
    case when cast(:records_times as boolean) then coalesce(reported.same_day_resolved, 0) end as same_day_resolved,
    case when cast(:records_deadlines as boolean) then coalesce(on_time.n, 0) end as due,
    case when cast(:records_deadlines as boolean) and cast(:records_times as boolean)
            then coalesce(on_time.on_time, 0)
    end as due_on_time,
    case when cast(:records_times as boolean) and days.day <= :today then stock.open end as open,
    coalesce(escalated.times, 0) as escalated,
    coalesce(late.times, 0) as late_answers
from days
left join reported on days.day = reported.day
left join on_time on days.day = on_time.day
left join stock on days.day = stock.day
left join escalated on days.day = escalated.day
left join late on days.day = late.day
order by days.day
