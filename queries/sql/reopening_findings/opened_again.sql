-- One row per local day of the period or the day after with a case, packed (app.packed_days_at): all cases of such days
-- in the whole subdistrict, among which queries.reopening_findings looks for those that came in anew; in a row without
-- a day those reported before that may have been closed in the period (app.packed_before). In a row without words: as
-- areas those below each unit (app.packed_areas), as traits the kinds of the units as JSON, as parties the sources that
-- give no closing times, one a line: their cases are not among the closed ones; as places the label point of each area.
select
    null as day,
    null as words,
    null as recorded,
    null as reported,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    null as types,
    app.packed_unit_kinds(:subdistrict_id, :unit_level) as traits,
    null as firsts,
    app.packed_label_points(:subdistrict_id) as places,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as parties,
    null as case_ids
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.reported,
    packed.areas,
    packed.types,
    packed.traits,
    packed.firsts,
    packed.places,
    packed.parties,
    packed.case_ids
from app.packed_days_at(
        :subdistrict_id, :as_of, :period_start, cast(:period_end as timestamptz) + interval '1 day',
        '{reported,areas,types,traits,firsts,places,parties,case_ids}'
    ) as packed
union all
select
    null as day,
    packed.words,
    null as recorded,
    packed.reported,
    packed.areas,
    packed.types,
    packed.traits,
    packed.firsts,
    packed.places,
    packed.parties,
    packed.case_ids
from app.packed_before(
        :subdistrict_id, :as_of, :period_start,
        '{reported,areas,types,traits,firsts,places,parties,case_ids}'
    ) as packed
