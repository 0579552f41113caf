-- One row per key of the grouping: escalations without an answer at as_of whose case is open, how long they have
-- waited, and when the next answer is due. Days are those on which they were raised. A department's key is empty where
-- none was named.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

waiting as materialized (
    select
        escalations.*,
        cast(escalations.raised_at at time zone :time_zone as date) as raised_day
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.state = 'pending'
)

select
    case :by
        when 'department' then coalesce(cast(waiting.department_id as text), '')
        else app.group_key(
                :by, waiting.raised_day, units.unit_id, cases.kind, cases.type_id, cases.channel, cases.risk
            )
    end as key,
    count(*) as n,
    count(*) filter (where waiting.deadline_at < :as_of) as overdue,
    count(*) filter (where waiting.deadline_at is null) as without_deadline,
    count(*) filter (where waiting.supervised_count > 0) as supervised,
    percentile_cont(0.5) within group (order by date_part('epoch', :as_of - waiting.raised_at) / 60)
        as median_waited_minutes,
    max(date_part('epoch', :as_of - waiting.raised_at) / 60) as longest_waited_minutes,
    min(waiting.deadline_at) filter (where waiting.deadline_at >= :as_of) as next_deadline_at
from waiting
inner join units on waiting.from_area_id = units.area_id
inner join app.cases_at(:subdistrict_id, :as_of) as cases on waiting.case_id = cases.case_id
where cases.state = 'open'
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by key
order by key
