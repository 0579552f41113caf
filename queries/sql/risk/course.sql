-- One row per local day from recent_from to recent_to with a case, packed (app.packed_days_at), of which queries.risk
-- says what risk/recent says of a moment, of many as known at as_of: the cases of the whole subdistrict; in a row
-- without a day those reported before that may have been open at recent_from or later (app.packed_before). In a row
-- without words: as areas each area below a unit, and that unit; as traits hand-ups (area, 0, when raised and until
-- when without an answer, in microseconds since 2000); as ends risk points (area, first letter of the colour, first
-- day, day after the last); as spells the sources that give no closing times, one a line.
select
    null as day,
    null as words,
    null as recorded,
    null as reported,
    app.packed_units(:subdistrict_id, :unit_level, :today) as areas,
    (
        select
            string_agg(
                int4send(escalations.from_area_id) || int4send(0) || timestamptz_send(escalations.raised_at)
                || timestamptz_send(coalesce(least(escalations.answered_at, escalations.lapsed_at), 'infinity')),
                ''
            )
        from app.escalations_at(:subdistrict_id, :as_of) as escalations
        where escalations.raised_at <= :last_moment
            and coalesce(least(escalations.answered_at, escalations.lapsed_at), 'infinity') > :first_moment
            and (cast(:kinds as text[]) is null or exists (
                select 1 from app.cases_at(:subdistrict_id, :as_of) as cases
                where cases.case_id = escalations.case_id and cases.kind = any(cast(:kinds as text[]))
            ))
    ) as traits,
    (
        select
            string_agg(
                int4send(risk_points.area_id) || int4send(ascii(risk_points.risk)) || date_send(risk_points.opened_on)
                || date_send(risk_points.closed_on),
                ''
            )
        from app.risk_points
        where risk_points.subdistrict_id = :subdistrict_id and risk_points.site_kind = 'point'
    ) as ends,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as spells,
    null as spell_counts
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.reported,
    packed.areas,
    packed.traits,
    packed.ends,
    packed.spells,
    packed.spell_counts
from app.packed_days_at(
        :subdistrict_id, :as_of, :recent_from, :recent_to,
        '{reported,areas,traits,ends,spells,spell_counts}'
    ) as packed
union all
select
    null as day,
    packed.words,
    null as recorded,
    packed.reported,
    packed.areas,
    packed.traits,
    packed.ends,
    packed.spells,
    packed.spell_counts
from app.packed_before(
        :subdistrict_id, :as_of, :recent_from, '{reported,areas,traits,ends,spells,spell_counts}'
    ) as packed
