-- One row per unit, those without cases included: cases of the last 24 hours by colour; grave ones (red and orange) and
-- slight ones of the last 6 hours, grave ones of the last 72; open ones past their deadline by colour, where the source
-- gives closing times; escalations of open cases without an answer, at the area that raised them; risk points by
-- colour. What lies in an area that is gone counts for the units above it.
with units as (
    select areas.area_id
    from app.areas
    where areas.subdistrict_id = :subdistrict_id
        and areas.level = :unit_level
        and areas.valid_from <= :today and areas.valid_to > :today
),

below as (
    select closure.ancestor_id as unit_id, closure.descendant_id as area_id
    from app.area_closure as closure
    inner join units on closure.ancestor_id = units.area_id
),

new_cases as (
    select
        below.unit_id,
        count(*) filter (where cases.reported_at > :as_of - interval '24 hours' and cases.risk = 'red') as red,
        count(*) filter (where cases.reported_at > :as_of - interval '24 hours' and cases.risk = 'orange') as orange,
        count(*) filter (where cases.reported_at > :as_of - interval '24 hours' and cases.risk = 'yellow') as yellow,
        count(*) filter (where cases.reported_at > :as_of - interval '24 hours' and cases.risk = 'blue') as blue,
        count(*) filter (
            where cases.reported_at > :as_of - interval '6 hours' and cases.risk in ('red', 'orange')
        ) as grave_6_hours,
        count(*) filter (
            where cases.reported_at > :as_of - interval '6 hours' and cases.risk in ('yellow', 'blue')
        ) as slight_6_hours,
        count(*) filter (where cases.risk in ('red', 'orange')) as grave_72_hours
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join below on cases.area_id = below.area_id
    where cases.reported_at > :recent_from and cases.reported_at <= :as_of
        and cases.state in ('open', 'resolved')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by below.unit_id
),

open_cases as (
    select
        below.unit_id,
        count(*) filter (where cases.due_at < :as_of and cases.risk = 'red') as overdue_red,
        count(*) filter (where cases.due_at < :as_of and cases.risk = 'orange') as overdue_orange,
        count(*) filter (where cases.due_at < :as_of) as overdue
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join below on cases.area_id = below.area_id
    where cases.state = 'open'
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by below.unit_id
),

handed_up as (
    select below.unit_id, count(*) as escalated
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    inner join below on escalations.from_area_id = below.area_id
    where escalations.state = 'pending'
        and (cast(:kinds as text[]) is null or exists (
            select 1 from app.cases_at(:subdistrict_id, :as_of) as cases
            where cases.case_id = escalations.case_id and cases.kind = any(cast(:kinds as text[]))
        ))
    group by below.unit_id
),

points as (
    select
        below.unit_id,
        count(*) as risk_points,
        count(*) filter (where risk_points.risk = 'red') as risk_points_red,
        count(*) filter (where risk_points.risk = 'orange') as risk_points_orange
    from app.risk_points
    inner join below on risk_points.area_id = below.area_id
    where risk_points.subdistrict_id = :subdistrict_id
        and risk_points.site_kind = 'point'
        and risk_points.opened_on <= :today and risk_points.closed_on > :today
    group by below.unit_id
)

select
    units.area_id,
    coalesce(new_cases.red, 0) as red,
    coalesce(new_cases.orange, 0) as orange,
    coalesce(new_cases.yellow, 0) as yellow,
    coalesce(new_cases.blue, 0) as blue,
    coalesce(new_cases.grave_6_hours, 0) as grave_6_hours,
    coalesce(new_cases.slight_6_hours, 0) as slight_6_hours,
    coalesce(new_cases.grave_72_hours, 0) as grave_72_hours,
    coalesce(open_cases.overdue, 0) as overdue,
    coalesce(open_cases.overdue_red, 0) as overdue_red,
    coalesce(open_cases.overdue_orange, 0) as overdue_orange,
    cast(coalesce(handed_up.escalated, 0) as integer) as escalated,
    coalesce(points.risk_points, 0) as risk_points,
    coalesce(points.risk_points_red, 0) as risk_points_red,
    coalesce(points.risk_points_orange, 0) as risk_points_orange
from units
left join new_cases on units.area_id = new_cases.unit_id
left join open_cases on units.area_id = open_cases.unit_id
left join handed_up on units.area_id = handed_up.unit_id
left join points on units.area_id = points.unit_id
order by units.area_id
