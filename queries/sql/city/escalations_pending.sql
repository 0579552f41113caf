-- One row per subdistrict of the city with an escalation that has no answer at as_of, and one of all (key null): how
-- many, how many of them past their deadline, how many demanded by a leader, and the earliest deadline.
select
    cast(centres.subdistrict_id as text) as key,
    cast(count(*) as integer) as pending,
    cast(count(*) filter (where escalations.deadline_at < :as_of) as integer) as overdue,
    cast(count(*) filter (where escalations.supervised_count > 0) as integer) as supervised,
    min(escalations.deadline_at) as next_deadline_at
from app.subdistricts_of(:area_id, :as_of) as centres
cross join lateral app.escalations_at(centres.subdistrict_id, :as_of) as escalations
inner join lateral app.city_cases_at(centres.subdistrict_id, :as_of) as cases on escalations.case_id = cases.case_id
where escalations.state = 'pending'
    and cases.state = 'open'
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by rollup (centres.subdistrict_id)
having count(*) > 0
order by centres.subdistrict_id nulls first
