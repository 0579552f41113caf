-- One row per key of the grouping with an open case: cases open at as_of by age since reported (each edge belongs to
-- the older class), and those past their deadline as it stands. A department's key is empty where none has the case.
-- Cases of sources that give no closing times take no part: nobody knows whether they are open.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
)

select
    case :by
        when 'department' then coalesce(cast(cases.department_id as text), '')
        else app.group_key(
                :by, cases.reported_day, units.unit_id, cases.kind, cases.type_id, cases.channel, cases.risk
            )
    end as key,
    count(*) as open,
    count(*) filter (where cases.reported_at > :as_of - interval '1 day') as to_1_day,
    count(*) filter (
        where cases.reported_at <= :as_of - interval '1 day' and cases.reported_at > :as_of - interval '3 days'
    ) as to_3_days,
    count(*) filter (
        where cases.reported_at <= :as_of - interval '3 days' and cases.reported_at > :as_of - interval '7 days'
    ) as to_7_days,
    count(*) filter (
        where cases.reported_at <= :as_of - interval '7 days' and cases.reported_at > :as_of - interval '15 days'
    ) as to_15_days,
    count(*) filter (where cases.reported_at <= :as_of - interval '15 days') as over_15_days,
    count(*) filter (where cases.due_at < :as_of) as overdue,
    count(cases.due_at) as with_deadline
from app.cases_at(:subdistrict_id, :as_of) as cases
inner join units on cases.area_id = units.area_id
where cases.state = 'open'
    and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by key
order by key
