-- One row per thing that the log says of the case as known at as_of, in the order it happened: as corrected where a
-- correction was recorded by then. A row that was struck out is left out.
select
    effective.log_id,
    effective.event,
    effective.occurred_at,
    effective.recorded_at,
    effective.level,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    effective.risk,
    effective.escalation_no,
    effective.due_at,
    effective.satisfaction,
    effective.occurred_at <> effective.raw_occurred_at as is_corrected
from app.effective_rows(
        :subdistrict_id, array[cast(:case_id as bigint)], cast(:first_occurred_at as timestamptz), :as_of
    ) as effective
left join app.departments on effective.department_id = departments.department_id
left join app.areas on effective.area_id = areas.area_id
where effective.event <> 'corrected'
order by effective.occurred_at, effective.stage, effective.log_id
