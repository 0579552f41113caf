-- One row per subdistrict of the city with an open case, and one of all (key null): cases open at as_of by age since
-- reported (each edge belongs to the older class), and those past their deadline as it stands. The open cases have an
-- index of their own: no roll-up is needed. Cases of sources that give no closing times take no part.
with centres as materialized (
    select subdistrict.subdistrict_id, app.untimed_sources(subdistrict.subdistrict_id) as untimed
    from app.subdistricts_of(:area_id, :as_of) as subdistrict
)

select
    cast(centres.subdistrict_id as text) as key,
    cast(count(*) as integer) as open,
    cast(count(*) filter (where cases.reported_at > :as_of - interval '1 day') as integer) as to_1_day,
    cast(count(*) filter (
        where cases.reported_at <= :as_of - interval '1 day' and cases.reported_at > :as_of - interval '3 days'
    ) as integer) as to_3_days,
    cast(count(*) filter (
        where cases.reported_at <= :as_of - interval '3 days' and cases.reported_at > :as_of - interval '7 days'
    ) as integer) as to_7_days,
    cast(count(*) filter (
        where cases.reported_at <= :as_of - interval '7 days' and cases.reported_at > :as_of - interval '15 days'
    ) as integer) as to_15_days,
    cast(count(*) filter (where cases.reported_at <= :as_of - interval '15 days') as integer) as over_15_days,
    cast(count(*) filter (where cases.due_at < :as_of) as integer) as overdue,
    cast(count(cases.due_at) as integer) as with_deadline
from centres
cross join lateral app.city_cases_at(centres.subdistrict_id, :as_of) as cases
where cases.state = 'open' and cases.source <> all(centres.untimed)
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by rollup (centres.subdistrict_id)
having count(*) > 0
order by centres.subdistrict_id nulls first
