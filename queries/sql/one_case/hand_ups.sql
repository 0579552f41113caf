-- One row per hand-up of the case as known at as_of, in their order.
select
    handed.escalation_no,
    handed.level,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    handed.raised_at,
    handed.deadline_at,
    handed.answered_at,
    handed.lapsed_at,
    handed.supervised_count,
    handed.state
from app.escalations_at(:subdistrict_id, :as_of) as handed
left join app.departments on handed.department_id = departments.department_id
where handed.case_id = :case_id
order by handed.escalation_no
