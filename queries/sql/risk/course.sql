-- One row per kind of thing, packed (queries.risk reads and counts them): what risk/recent says of a moment, to be said
-- of many as known at as_of. Moments are packed as microseconds since 2000, colours as their first letter.
-- below: each area below a unit, and that unit; the unit itself included. reported: area, letter, moment.
-- due: area, letter, from when on and until when it was past its deadline; one closed and opened again all the while.
-- handed_up: area, 0, when raised and until when it had no answer. points: area, letter, first day, day after the last.
with due as (
    select fresh.area_id, fresh.kind, fresh.risk, fresh.due_at, fresh.reported_at, fresh.closed_at
    from app.cases_reported(:subdistrict_id, :as_of, :first_moment, :last_moment) as fresh
    union all
    select earlier.area_id, earlier.kind, earlier.risk, earlier.due_at, earlier.reported_at, earlier.closed_at
    from app.cases_before(:subdistrict_id, :as_of, :first_moment) as earlier
)

select
    'below' as part,
    app.packed_units(:subdistrict_id, :unit_level, :today) as packed
union all
select
    'reported' as part,
    string_agg(int4send(cases.area_id) || int4send(ascii(cases.risk)) || timestamptz_send(cases.reported_at), '')
        as packed
from app.cases_reported(:subdistrict_id, :as_of, :recent_from, :recent_to) as cases
where cases.state in ('resolved', 'open')
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
union all
select
    'due' as part,
    string_agg(
        int4send(due.area_id) || int4send(ascii(due.risk)) || timestamptz_send(greatest(due.due_at, due.reported_at))
        || timestamptz_send(coalesce(due.closed_at, 'infinity')),
        ''
    ) as packed
from due
where due.due_at < :last_moment
    and (due.closed_at is null or due.closed_at > greatest(due.due_at, :first_moment))
    and (cast(:kinds as text[]) is null or due.kind = any(cast(:kinds as text[])))
union all
select
    'handed_up' as part,
    string_agg(
        int4send(escalations.from_area_id) || int4send(0) || timestamptz_send(escalations.raised_at)
        || timestamptz_send(coalesce(least(escalations.answered_at, escalations.lapsed_at), 'infinity')),
        ''
    ) as packed
from app.escalations_at(:subdistrict_id, :as_of) as escalations
where escalations.raised_at <= :last_moment
    and (
        escalations.state = 'pending'
        or least(escalations.answered_at, escalations.lapsed_at) > :first_moment
    )
union all
select
    'points' as part,
    string_agg(
        int4send(risk_points.area_id) || int4send(ascii(risk_points.risk)) || date_send(risk_points.opened_on)
        || date_send(risk_points.closed_on),
        ''
    ) as packed
from app.risk_points
where risk_points.subdistrict_id = :subdistrict_id and risk_points.site_kind = 'point'
