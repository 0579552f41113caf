-- One row per case that is not finished: open, or resolved within the last days, since it may yet be fed back,
-- evaluated or reopened. With the state of its newest hand-up. What the demo's live feed goes on from.
select
    cases.source,
    cases.external_id,
    cases.kind,
    case_types.code as type_code,
    cases.risk,
    cases.channel,
    areas.code as area_code,
    cases.level,
    cases.state,
    cases.reported_at,
    cases.due_at,
    cases.dispatched_at,
    cases.accepted_at,
    cases.resolved_at,
    cases.fed_back_at,
    cases.evaluated_at,
    cases.reopened_count,
    cases.last_reopened_at,
    newest.escalation_no,
    coalesce(newest.state = 'pending', false) as escalation_pending,
    newest.raised_at as escalation_raised_at,
    newest.deadline_at as escalation_deadline,
    coalesce(newest.supervised_count, 0) as supervised_count
from app.cases
inner join app.case_types on cases.type_id = case_types.type_id
inner join app.areas on cases.area_id = areas.area_id
left join lateral (
    select escalations.*
    from app.escalations
    where escalations.subdistrict_id = cases.subdistrict_id and escalations.case_id = cases.case_id
    order by escalations.escalation_no desc
    limit 1
) as newest on true
where cases.subdistrict_id = :subdistrict_id
    and (
        cases.state = 'open'
        or (
            cases.state = 'resolved'
            and cases.resolved_at >= cast(:as_of as timestamptz) - make_interval(days => :follow_up_days)
        )
    )
order by cases.reported_at, cases.case_id
