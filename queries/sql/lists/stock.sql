-- One row: cases open at as_of by age since reported (each edge belongs to the older class), and those past their
-- deadline as it stands.
select
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
where cases.state = 'open'
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    and (cast(:area_id as integer) is null or exists (
        select 1 from app.area_closure as chosen
        where chosen.ancestor_id = :area_id and chosen.descendant_id = cases.area_id
            and chosen.valid_from <= cases.reported_day and chosen.valid_to > cases.reported_day
    ))
