-- One row per hand-up of the cut, from the area asked about or below it, of the kinds, the department (empty text: none
-- was named) and the level asked for, as known at as_of: a page of them, each with the number of all. Cuts: pending;
-- overdue (pending past its deadline); and by a deadline in the period and by as_of: missed (not answered in time);
-- answered; lapsed (its case closed before any answer). Those that wait come next to breach first, others by the newest
-- deadline, unless sorted by when they were handed up or by department.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, cast(null as text))
),

handed as materialized (
    select escalations.*
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where (
        cast(:cut as text) in ('pending', 'overdue') and escalations.state = 'pending'
        and (cast(:cut as text) <> 'overdue' or escalations.deadline_at < :as_of)
        or cast(:cut as text) not in ('pending', 'overdue')
        and escalations.state = any(case cast(:cut as text)
            when 'answered' then array['answered']
            when 'lapsed' then array['lapsed']
            else array['pending', 'answered', 'lapsed']
        end)
        and escalations.deadline_at >= :period_start and escalations.deadline_at < :period_end
        and escalations.deadline_at <= :as_of
        and (
            cast(:cut as text) <> 'missed'
            or escalations.state <> 'answered' or escalations.answered_at > escalations.deadline_at
        )
    )
    and (cast(:level as text) is null or escalations.level = cast(:level as text))
),

chosen as (
    select
        handed.*,
        cases.kind,
        cases.risk,
        cases.type_id,
        cases.summary,
        departments.code as department,
        departments.name_zh as department_zh,
        departments.name_en as department_en,
        departments.duty_phone
    from handed
    inner join units on handed.from_area_id = units.area_id
    left join app.departments on handed.department_id = departments.department_id
    -- each looks up its own case; a join would read them all
    cross join
        lateral (
            select
                known.kind,
                known.risk,
                known.type_id,
                known.summary,
                known.state
            from app.cases_at(:subdistrict_id, :as_of) as known
            where known.case_id = handed.case_id
            offset 0 -- noqa: AM09
        ) as cases
    where (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and (cast(:department as text) is null or coalesce(departments.code, '') = cast(:department as text))
        and (cast(:cut as text) not in ('pending', 'overdue') or cases.state = 'open')
),

numbered as (
    select
        chosen.*,
        count(*) over () as of_all,
        row_number() over (
            order by
                case when cast(:sort as text) = 'department' then chosen.department end asc nulls last,
                case when cast(:sort as text) = 'raised' then chosen.raised_at end asc nulls last,
                case when cast(:cut as text) in ('pending', 'overdue') then chosen.deadline_at end asc nulls last,
                chosen.deadline_at desc nulls last,
                chosen.raised_at asc, chosen.case_id asc, chosen.escalation_no asc
        ) as position
    from chosen
)

select
    numbered.case_id,
    numbered.escalation_no,
    numbered.kind,
    numbered.risk,
    coalesce(numbered.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    areas.code as area_code,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    numbered.department,
    numbered.department_zh,
    numbered.department_en,
    numbered.duty_phone,
    numbered.level,
    coalesce(level_label.name_zh, numbered.level) as level_zh,
    coalesce(level_label.name_en, numbered.level) as level_en,
    numbered.raised_at,
    numbered.deadline_at,
    numbered.answered_at,
    numbered.lapsed_at,
    numbered.state,
    numbered.supervised_count,
    greatest(numbered.supervised_at, demanded.marked_at) as supervised_at,
    demanded.marked_by as supervised_by,
    numbered.acknowledged_at,
    seen.marked_by as acknowledged_by,
    numbered.of_all
from numbered
inner join app.case_types on numbered.type_id = case_types.type_id
inner join app.areas on numbered.from_area_id = areas.area_id
left join app.labels as level_label on level_label.topic = 'level' and numbered.level = level_label.code
left join lateral (
    select escalation_marks.marked_at, escalation_marks.marked_by
    from app.escalation_marks
    where escalation_marks.subdistrict_id = :subdistrict_id
        and escalation_marks.case_id = numbered.case_id
        and escalation_marks.escalation_no = numbered.escalation_no
        and escalation_marks.mark = 'supervised'
        and escalation_marks.marked_at <= :as_of
        and numbered.supervised_count > 0
    order by escalation_marks.marked_at desc
    limit 1
) as demanded on true
left join lateral (
    select escalation_marks.marked_by
    from app.escalation_marks
    where escalation_marks.subdistrict_id = :subdistrict_id
        and escalation_marks.case_id = numbered.case_id
        and escalation_marks.escalation_no = numbered.escalation_no
        and escalation_marks.mark = 'acknowledged'
        and escalation_marks.marked_at = numbered.acknowledged_at
    order by escalation_marks.mark_id
    limit 1
) as seen on true
where numbered.position > :skipped and numbered.position <= :skipped + cast(:rows as integer)
order by numbered.position
