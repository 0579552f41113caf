-- One row per case number asked about: how it stands at as_of, and what came of it since a list had it (since):
-- reopened, an answer to a hand-up. State is empty where the case is not known (any more), and not_recorded, never
-- overdue, where its source gives no closing times. Nothing waits for an answer in a case that is not open.
with known as materialized (
    select
        cases.case_id, cases.state, cases.closed_at, cases.due_at, cases.last_reopened_at, cases.escalations_pending,
        cases.source = any(cast(app.untimed_sources(:subdistrict_id) as text[])) as is_untimed
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.case_id = any(cast(:case_ids as bigint[]))
),

answers as (
    select
        escalations.case_id,
        bool_or(escalations.answered_at > :since and escalations.answered_at <= :as_of) as is_answered
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.case_id = any(cast(:case_ids as bigint[]))
    group by escalations.case_id
)

select
    listed.case_id,
    case when known.state = 'open' and known.is_untimed then 'not_recorded' else known.state end as state,
    known.closed_at,
    known.due_at,
    coalesce(known.state = 'open' and not known.is_untimed and known.due_at < :as_of, false) as is_overdue,
    coalesce(known.last_reopened_at > :since, false) as is_reopened,
    coalesce(answers.is_answered, false) as is_answered,
    coalesce(known.state = 'open' and known.escalations_pending > 0, false) as is_waiting
from unnest(cast(:case_ids as bigint[])) with ordinality as listed (case_id, position)
left join known on listed.case_id = known.case_id
left join answers on listed.case_id = answers.case_id
order by listed.position
