-- One row per key of the grouping: escalations whose answer was due in the period and by as_of, and those answered in
-- time. A case closed before any answer is lapsed and stays in the denominator. Days are those of the deadline; the
-- area is the one the case was handed up from. By department alone the row bears its name, and what was handed to a
-- level without naming a department is left out.
with asked as materialized (
    select app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

due as materialized (
    select
        escalations.case_id,
        escalations.department_id,
        escalations.state,
        escalations.from_area_id,
        cast(escalations.deadline_at at time zone :time_zone as date) as due_day,
        escalations.state = 'answered' and escalations.answered_at <= escalations.deadline_at as is_on_time
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.deadline_at >= :period_start and escalations.deadline_at < :period_end
        and escalations.deadline_at <= :as_of
        and (:by <> 'department' or escalations.department_id is not null)
),

keyed as (
    select
        case when :by = 'department' then due.department_id end as department_id,
        case :by
            when 'department' then cast(due.department_id as text)
            else app.group_key(
                    :by, due.due_day, units.unit_id, cases.kind, cases.type_id, cases.channel, cases.risk
                )
        end as key,
        due.is_on_time,
        due.state,
        due.due_day
    from due
    inner join units on due.from_area_id = units.area_id
    -- each looks up its own case; a join would read them all
    cross join
        lateral (
            select
                known.kind,
                known.type_id,
                known.channel,
                known.risk
            from app.cases_at(:subdistrict_id, :as_of) as known
            where known.case_id = due.case_id
            offset 0 -- noqa: AM09
        ) as cases
    where cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[]))
)

select
    keyed.key,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    count(*) as n,
    count(*) filter (where keyed.is_on_time) as good,
    count(*) filter (where keyed.state = 'lapsed') as lapsed,
    app.midnight(app.key_end(:by, max(keyed.due_day), :period_to) + 1, :time_zone)
    > least(:as_of, min(asked.complete_through)) as is_provisional
from keyed
cross join asked
left join app.departments on keyed.department_id = departments.department_id
group by keyed.key, keyed.department_id, departments.name_zh, departments.name_en
order by keyed.department_id, keyed.key
