-- One row per given case of a finding, as known at the moment asked about, oldest first: what a person looks at to
-- judge the finding. Kinds whose single cases may not be shown are left out.
select
    cases.case_id,
    cases.external_id,
    cases.kind,
    cases.risk,
    cases.state,
    cases.area_id,
    coalesce(cases.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    cases.reported_at,
    cases.accepted_at,
    cases.first_resolved_at,
    cases.withdrawn_at,
    cases.last_reopened_at,
    cases.first_due_at,
    cases.due_at
from app.cases_at(:subdistrict_id, :as_of) as cases
inner join app.case_types on cases.type_id = case_types.type_id
where cases.case_id = any(cast(:case_ids as bigint[]))
    and cases.kind = any(cast(:shown_singly as text[]))
order by cases.reported_at, cases.case_id
