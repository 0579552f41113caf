-- One row per local day of the period with a case, packed (app.packed_days_at): the cases of the whole subdistrict and
-- of all kinds. Which of them count, and which were closed within a minute of being taken on, is told in findings.py.
-- In a row without words: as areas those below each unit (app.packed_areas), as types the matters that are resolved on
-- patrol, as traits the sources that give no closing times, one a line, as firsts the kinds of the units as JSON.
select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    (
        select string_agg(int4send(case_types.type_id), '')
        from app.case_types
        where case_types.handling = 'patrol_and_resolve'
    ) as types,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as traits,
    app.packed_unit_kinds(:subdistrict_id, :unit_level) as firsts,
    null as case_ids
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.areas,
    packed.types,
    packed.traits,
    packed.firsts,
    packed.case_ids
from app.packed_days_at(
        :subdistrict_id, :as_of, :period_start, :period_end, '{areas,types,traits,firsts,case_ids}'
    ) as packed
