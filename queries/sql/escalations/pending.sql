-- One row per escalation without an answer at as_of, next to breach first; its area is the one that raised it.
select
    escalations.case_id,
    escalations.escalation_no,
    cases.kind,
    cases.risk,
    coalesce(cases.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    escalations.from_area_id as area_id,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    departments.duty_phone,
    escalations.level,
    escalations.raised_at,
    escalations.deadline_at,
    escalations.supervised_count
from app.escalations_at(:subdistrict_id, :as_of) as escalations
inner join app.cases_at(:subdistrict_id, :as_of) as cases on escalations.case_id = cases.case_id
inner join app.case_types on cases.type_id = case_types.type_id
inner join app.areas on escalations.from_area_id = areas.area_id
left join app.departments on escalations.department_id = departments.department_id
where escalations.state = 'pending'
    and cases.state = 'open'
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    and (cast(:area_id as integer) is null or escalations.from_area_id in (
        select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
    ))
order by escalations.deadline_at nulls last, escalations.raised_at, escalations.case_id, escalations.escalation_no
