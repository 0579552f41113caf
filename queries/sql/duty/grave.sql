-- One row per open red or orange case at as_of: who is at it, what it waits for, and who has acknowledged it first.
-- Red ones that nobody has acknowledged come first, longest waiting first; then red, then orange ones, by deadline.
with open_cases as materialized (
    select cases.*
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.state = 'open' and cases.risk in ('red', 'orange')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and (cast(:area_id as integer) is null or cases.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
),

seen as (
    select acknowledged.case_id, acknowledged.acknowledged_at
    from (
        select array_agg(open_cases.case_id) as case_ids, min(open_cases.first_occurred_at) as first_at from open_cases
    ) as asked
    cross join app.acknowledged(:subdistrict_id, asked.case_ids, asked.first_at, :as_of) as acknowledged
),

named as (
    select distinct on (acknowledgements.case_id) acknowledgements.case_id, acknowledgements.acknowledged_by
    from app.acknowledgements
    where acknowledgements.subdistrict_id = :subdistrict_id
        and acknowledgements.acknowledged_at <= :as_of
        and acknowledgements.case_id in (select open_cases.case_id from open_cases)
    order by acknowledgements.case_id, acknowledgements.acknowledged_at, acknowledgements.acknowledgement_id
),

waiting as (
    select distinct on (escalations.case_id)
        escalations.case_id, escalations.department_id, escalations.level, escalations.deadline_at
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.state = 'pending'
    order by escalations.case_id, escalations.deadline_at nulls last, escalations.escalation_no
)

select
    open_cases.case_id,
    open_cases.reported_at,
    open_cases.risk,
    open_cases.kind,
    coalesce(open_cases.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    open_cases.area_id,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    departments.duty_phone,
    coalesce(level_label.name_zh, open_cases.level) as level_zh,
    coalesce(level_label.name_en, open_cases.level) as level_en,
    open_cases.dispatched_at,
    open_cases.due_at,
    waiting.case_id is not null as is_escalated,
    waiting.deadline_at as answer_due_at,
    seen.acknowledged_at,
    named.acknowledged_by,
    open_cases.lon,
    open_cases.lat
from open_cases
inner join app.case_types on open_cases.type_id = case_types.type_id
inner join app.areas on open_cases.area_id = areas.area_id
left join waiting on open_cases.case_id = waiting.case_id
left join app.departments on departments.department_id = coalesce(waiting.department_id, open_cases.department_id)
left join app.labels as level_label
    on level_label.topic = 'level' and level_label.code = coalesce(waiting.level, open_cases.level)
left join seen on open_cases.case_id = seen.case_id
left join named on open_cases.case_id = named.case_id
order by
    seen.acknowledged_at is not null or open_cases.risk <> 'red',
    open_cases.risk <> 'red',
    case when seen.acknowledged_at is null and open_cases.risk = 'red' then open_cases.reported_at end,
    open_cases.due_at nulls last,
    open_cases.reported_at,
    open_cases.case_id
limit :rows
