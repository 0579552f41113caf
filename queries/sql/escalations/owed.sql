-- One row per department and level with a hand-up that waits at as_of, or whose answer was due in the period and by
-- as_of: how many wait, how many of these past their deadline, since when the longest does, when the next answer is
-- due; and of those due, counted as by escalations/answers, how many there were, were answered in time, were answered
-- at all, lapsed. The area is the one handed up from; a department is missing where none was named.
with asked as materialized (
    select app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, cast(null as text))
),

handed as materialized (
    select escalations.*
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.state = 'pending'
        or escalations.state in ('answered', 'lapsed')
        and escalations.deadline_at >= :period_start and escalations.deadline_at < :period_end
        and escalations.deadline_at <= :as_of
),

told as (
    select
        handed.department_id,
        handed.level,
        handed.raised_at,
        handed.deadline_at,
        handed.state,
        handed.supervised_count,
        handed.state = 'pending' and cases.state = 'open' as is_waiting,
        coalesce(
            handed.deadline_at >= :period_start and handed.deadline_at < :period_end and handed.deadline_at <= :as_of,
            false
        ) as is_due,
        handed.state = 'answered' and handed.answered_at <= handed.deadline_at as is_on_time
    from handed
    inner join units on handed.from_area_id = units.area_id
    -- each looks up its own case; a join would read them all
    cross join
        lateral (
            select
                known.kind,
                known.state
            from app.cases_at(:subdistrict_id, :as_of) as known
            where known.case_id = handed.case_id
            offset 0 -- noqa: AM09
        ) as cases
    where cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[]))
)

select
    departments.code as department,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    departments.duty_phone,
    told.level,
    count(*) filter (where told.is_waiting) as pending,
    count(*) filter (where told.is_waiting and told.deadline_at < :as_of) as overdue,
    count(*) filter (where told.is_waiting and told.supervised_count > 0) as supervised,
    min(told.raised_at) filter (where told.is_waiting) as oldest_raised_at,
    min(told.deadline_at) filter (where told.is_waiting and told.deadline_at >= :as_of) as next_deadline_at,
    count(*) filter (where told.is_due) as n,
    count(*) filter (where told.is_due and told.is_on_time) as good,
    count(*) filter (where told.is_due and told.state = 'answered') as answered,
    count(*) filter (where told.is_due and told.state = 'lapsed') as lapsed,
    :period_end > least(:as_of, min(asked.complete_through)) as is_provisional
from told
cross join asked
left join app.departments on told.department_id = departments.department_id
where told.is_waiting or told.is_due
group by
    told.department_id, departments.code, departments.name_zh, departments.name_en, departments.duty_phone, told.level
order by told.department_id nulls last, told.level
