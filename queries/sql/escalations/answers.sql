-- One row per department: escalations whose answer was due in the period and by as_of, and those answered in time.
-- A case closed before any answer is lapsed and stays in the denominator. Departments asked nothing are left out.
with due as (
    select
        escalations.department_id,
        escalations.level,
        escalations.state,
        escalations.state = 'answered' and escalations.answered_at <= escalations.deadline_at as is_on_time
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.deadline_at >= :period_start and escalations.deadline_at < :period_end
        and escalations.deadline_at <= :as_of
        and (cast(:area_id as integer) is null or exists (
            select 1 from app.area_closure as chosen
            where chosen.ancestor_id = :area_id and chosen.descendant_id = escalations.from_area_id
        ))
)

select
    due.department_id,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    count(*) as n,
    count(*) filter (where due.is_on_time) as on_time,
    count(*) filter (where due.state = 'lapsed') as lapsed
from due
inner join app.departments on due.department_id = departments.department_id
group by due.department_id, departments.name_zh, departments.name_en
order by due.department_id
