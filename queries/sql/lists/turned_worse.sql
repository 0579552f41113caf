-- One row per case and day on which it stood on the list: whether it turned worse in the days after, as known at as_of.
-- Worse is: the deadline as it stood passed without a solution, or, where it had passed before, there was none in all
-- those days; reopened; handed up (again); an answer's deadline passed unanswered; supervised by a leader. After a
-- closing no deadline counts, nor after one that the day's list did not know of yet. Of what is no case any more, its
-- report being revoked, nothing is known: nothing went worse.
with listed as (
    select item.case_id, item.listed_at, item.due_at, item.listed_at + cast(:within as interval) as until_at
    from unnest(
            cast(:case_ids as bigint[]), cast(:listed_ats as timestamptz[]), cast(:due_ats as timestamptz[])
        ) as item (case_id, listed_at, due_at)
),

opened as (
    select min(cases.first_occurred_at) as first_occurred_at
    from app.cases
    where cases.subdistrict_id = :subdistrict_id and cases.case_id = any(cast(:case_ids as bigint[]))
),

told as materialized (
    select
        effective.case_id,
        effective.occurred_at,
        effective.event,
        effective.stage,
        effective.log_id,
        effective.event in ('resolved', 'withdrawn')
        or (effective.event = 'reassigned' and effective.linked_subdistrict_id is not null) as is_closing
    from opened
    cross join
        lateral app.effective_rows(
            :subdistrict_id, cast(:case_ids as bigint[]), opened.first_occurred_at, :as_of
        ) as effective
    where effective.event is not null
),

known as (select distinct told.case_id from told where told.event = 'reported'),

events as materialized (select told.* from told inner join known on told.case_id = known.case_id),

followed as (
    select
        listed.case_id,
        listed.listed_at,
        listed.due_at,
        listed.until_at,
        min(events.occurred_at) filter (where events.is_closing) as closed_at,
        coalesce(bool_or(events.event = 'reopened'), false) as is_reopened,
        coalesce(bool_or(events.event = 'supervised'), false) as is_supervised
    from listed
    left join events
        on listed.case_id = events.case_id
            and listed.listed_at < events.occurred_at and listed.until_at >= events.occurred_at
    group by listed.case_id, listed.listed_at, listed.due_at, listed.until_at
),

before as (
    select distinct on (listed.case_id, listed.listed_at)
        listed.case_id,
        listed.listed_at,
        events.is_closing as is_closed
    from listed
    inner join events on listed.case_id = events.case_id and listed.listed_at >= events.occurred_at
    where events.is_closing or events.event in ('reported', 'reopened')
    order by
        listed.case_id desc,
        listed.listed_at desc,
        events.occurred_at desc,
        events.stage desc,
        events.log_id desc
),

hand_ups as materialized (
    select
        escalations.case_id,
        escalations.raised_at,
        escalations.deadline_at,
        least(escalations.answered_at, escalations.lapsed_at) as settled_at
    from app.escalations_at(:subdistrict_id, :as_of) as escalations
    where escalations.case_id = any(cast(:case_ids as bigint[]))
)

select
    followed.case_id,
    followed.listed_at,
    coalesce(
        followed.due_at <= followed.until_at
        and known.case_id is not null
        and before.is_closed is not true
        and coalesce(followed.closed_at > greatest(followed.due_at, case
            when followed.due_at <= followed.listed_at then followed.until_at
        end), true),
        false
    ) as is_deadline_missed,
    followed.is_reopened,
    followed.case_id in (
        select hand_ups.case_id
        from hand_ups
        where hand_ups.raised_at > followed.listed_at and hand_ups.raised_at <= followed.until_at
    ) as is_escalated,
    before.is_closed is not true
    and exists (
        select 1
        from hand_ups
        where hand_ups.case_id = followed.case_id
            and hand_ups.deadline_at > followed.listed_at and hand_ups.deadline_at <= followed.until_at
            and coalesce(hand_ups.settled_at > hand_ups.deadline_at, true)
            and coalesce(followed.closed_at > hand_ups.deadline_at, true)
    ) as is_answer_late,
    followed.is_supervised
from followed
left join known on followed.case_id = known.case_id
left join before on followed.case_id = before.case_id and followed.listed_at = before.listed_at
order by followed.listed_at, followed.case_id
