-- One row: today's cases by where they stand at as_of; those withdrawn or transferred today count nowhere.
-- Without cases of sources that give no closing times.
-- Not won any more: open, and waiting for an answer that is due only after midnight, or put off beyond midnight.
with today as (
    select cases.case_id, cases.state, cases.deadline_changes > 0 and cases.due_at >= :day_end as is_put_off
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :day_start and cases.reported_at < :day_end
        and cases.state in ('open', 'resolved')
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and cases.kind = any(cast(:kinds as text[]))
        and (cast(:area_id as integer) is null or cases.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
),

waiting_beyond as (
    select distinct escalations.case_id
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.state = 'pending' and escalations.deadline_at >= :day_end
)

select
    count(*) as n,
    count(*) filter (where today.state = 'resolved') as resolved,
    count(*) filter (
        where today.state = 'open' and not coalesce(today.is_put_off, false) and waiting_beyond.case_id is null
    ) as winnable,
    count(*) filter (
        where today.state = 'open' and (coalesce(today.is_put_off, false) or waiting_beyond.case_id is not null)
    ) as lost
from today
left join waiting_beyond on today.case_id = waiting_beyond.case_id
