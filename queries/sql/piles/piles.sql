-- One row per local day of the period with a case, packed (app.packed_days_at): the cases of the whole subdistrict,
-- among which queries.piles finds those that lie on one point. In a row without words: as areas those that are asked
-- about (app.packed_areas); as places the label point of each area, its number first.
select
    null as day,
    null as words,
    null as recorded,
    null as reported,
    app.packed_areas(:subdistrict_id, :area_id, null) as areas,
    null as types,
    null as traits,
    app.packed_label_points(:subdistrict_id) as places
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.reported,
    packed.areas,
    packed.types,
    packed.traits,
    packed.places
from app.packed_days_at(
        :subdistrict_id, :as_of, :period_start, :period_end, '{reported,areas,types,traits,places}'
    ) as packed
