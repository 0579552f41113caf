-- One row per moment and unit, units without cases included: what risk/recent says of a moment, said of many as known
-- at as_of. A case closed and opened again counts as open all the while.
with looks as (
    select
        look.moment,
        cast(look.moment at time zone :time_zone as date) as day
    from unnest(cast(:moments as timestamptz[])) as look (moment)
),

units as (
    select areas.area_id
    from app.areas
    where areas.subdistrict_id = :subdistrict_id
        and areas.level = :unit_level
        and areas.valid_from <= :today and areas.valid_to > :today
),

below as materialized (
    select closure.ancestor_id as unit_id, closure.descendant_id as area_id
    from app.area_closure as closure
    inner join units on closure.ancestor_id = units.area_id
    where closure.valid_from <= :today and closure.valid_to > :today
),

reported as materialized (
    select
        below.unit_id,
        cases.reported_at,
        cases.risk,
        cases.risk in ('red', 'orange') as is_grave
    from app.cases_reported(:subdistrict_id, :as_of, :recent_from, :recent_to) as cases
    inner join below on cases.area_id = below.area_id
    where cases.state in ('open', 'resolved')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
),

of_a_day as (
    select
        looks.moment,
        reported.unit_id,
        count(*) filter (where reported.risk = 'red') as red,
        count(*) filter (where reported.risk = 'orange') as orange,
        count(*) filter (where reported.risk = 'yellow') as yellow,
        count(*) filter (where reported.risk = 'blue') as blue,
        count(*) filter (where reported.reported_at > looks.moment - interval '6 hours' and reported.is_grave)
            as grave_6_hours,
        count(*) filter (where reported.reported_at > looks.moment - interval '6 hours' and not reported.is_grave)
            as slight_6_hours
    from looks
    inner join reported
        on looks.moment - interval '24 hours' < reported.reported_at and looks.moment >= reported.reported_at
    group by looks.moment, reported.unit_id
),

of_three_days as (
    select
        looks.moment,
        reported.unit_id,
        count(*) as grave_72_hours
    from looks
    inner join reported
        on looks.moment - interval '72 hours' < reported.reported_at and looks.moment >= reported.reported_at
    where reported.is_grave
    group by looks.moment, reported.unit_id
),

due as materialized (
    select
        below.unit_id,
        cases.risk,
        greatest(cases.due_at, cases.reported_at) as from_at,
        coalesce(cases.closed_at, 'infinity') as until_at
    from (
        select fresh.area_id, fresh.kind, fresh.risk, fresh.due_at, fresh.reported_at, fresh.closed_at
        from app.cases_reported(:subdistrict_id, :as_of, :first_moment, :last_moment) as fresh
        union all
        select earlier.area_id, earlier.kind, earlier.risk, earlier.due_at, earlier.reported_at, earlier.closed_at
        from app.cases_before(:subdistrict_id, :as_of, :first_moment) as earlier
    ) as cases
    inner join below on cases.area_id = below.area_id
    where cases.due_at < :last_moment
        and (cases.closed_at is null or cases.closed_at > greatest(cases.due_at, :first_moment))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
),

past_due as (
    select
        looks.moment,
        due.unit_id,
        count(*) filter (where due.risk = 'red') as overdue_red,
        count(*) filter (where due.risk = 'orange') as overdue_orange,
        count(*) as overdue
    from looks
    inner join due on looks.moment > due.from_at and looks.moment < due.until_at
    group by looks.moment, due.unit_id
),

handed_up as materialized (
    select
        below.unit_id,
        escalations.raised_at,
        coalesce(least(escalations.answered_at, escalations.lapsed_at), 'infinity') as until_at
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    inner join below on escalations.from_area_id = below.area_id
    where escalations.raised_at <= :last_moment
        and (
            escalations.state = 'pending'
            or least(escalations.answered_at, escalations.lapsed_at) > :first_moment
        )
),

unanswered as (
    select
        looks.moment,
        handed_up.unit_id,
        count(*) as escalated
    from looks
    inner join handed_up on looks.moment >= handed_up.raised_at and looks.moment < handed_up.until_at
    group by looks.moment, handed_up.unit_id
),

points as (
    select
        looks.moment,
        below.unit_id,
        count(*) as risk_points,
        count(*) filter (where risk_points.risk = 'red') as risk_points_red,
        count(*) filter (where risk_points.risk = 'orange') as risk_points_orange
    from looks
    inner join app.risk_points on looks.day >= risk_points.opened_on and looks.day < risk_points.closed_on
    inner join below on risk_points.area_id = below.area_id
    where risk_points.subdistrict_id = :subdistrict_id and risk_points.site_kind = 'point'
    group by looks.moment, below.unit_id
)

select
    looks.moment,
    units.area_id,
    coalesce(of_a_day.red, 0) as red,
    coalesce(of_a_day.orange, 0) as orange,
    coalesce(of_a_day.yellow, 0) as yellow,
    coalesce(of_a_day.blue, 0) as blue,
    coalesce(of_a_day.grave_6_hours, 0) as grave_6_hours,
    coalesce(of_a_day.slight_6_hours, 0) as slight_6_hours,
    coalesce(of_three_days.grave_72_hours, 0) as grave_72_hours,
    coalesce(past_due.overdue, 0) as overdue,
    coalesce(past_due.overdue_red, 0) as overdue_red,
    coalesce(past_due.overdue_orange, 0) as overdue_orange,
    coalesce(unanswered.escalated, 0) as escalated,
    coalesce(points.risk_points, 0) as risk_points,
    coalesce(points.risk_points_red, 0) as risk_points_red,
    coalesce(points.risk_points_orange, 0) as risk_points_orange
from looks
cross join units
left join of_a_day on looks.moment = of_a_day.moment and units.area_id = of_a_day.unit_id
left join of_three_days on looks.moment = of_three_days.moment and units.area_id = of_three_days.unit_id
left join past_due on looks.moment = past_due.moment and units.area_id = past_due.unit_id
left join unanswered on looks.moment = unanswered.moment and units.area_id = unanswered.unit_id
left join points on looks.moment = points.moment and units.area_id = points.unit_id
order by looks.moment, units.area_id
