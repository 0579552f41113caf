-- One row per local day of the period and of the 31 days before it with a case, packed (app.packed_days_at): the cases
-- of the whole subdistrict, among which queries.repeats finds those that repeat. In a row without words: as areas
-- those that are asked about (app.packed_areas); as places the label point of each area, its number first; as traits
-- the sources that give no closing times, one a line.
select
    null as day,
    null as words,
    null as recorded,
    null as reported,
    app.packed_areas(:subdistrict_id, :area_id, null) as areas,
    null as types,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as traits,
    app.packed_label_points(:subdistrict_id) as places,
    null as parties
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.reported,
    packed.areas,
    packed.types,
    packed.traits,
    packed.places,
    packed.parties
from app.packed_days_at(
        :subdistrict_id, :as_of, :earlier_start, :period_end, '{reported,areas,types,traits,places,parties}'
    ) as packed
