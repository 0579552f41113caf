-- One row per kind with a case today: cases reported since midnight, known at as_of.
select
    cases.kind,
    count(*) as reported
from app.cases_at(:subdistrict_id, :as_of) as cases
where cases.reported_at >= :day_start and cases.reported_at < :day_end
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    and (cast(:area_id as integer) is null or cases.area_id in (
        select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
    ))
group by cases.kind
order by cases.kind
