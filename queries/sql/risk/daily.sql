-- One row per local day of the period with a case, packed (app.packed_days_at): the cases of the whole subdistrict, of
-- which queries.risk counts those reported and not taken back. In a row without words each area below a unit, and that
-- unit.
select
    null as day,
    null as words,
    null as recorded,
    app.packed_units(:subdistrict_id, :unit_level, :today) as areas,
    null as types,
    null as traits
union all
select packed.day, packed.words, packed.recorded, packed.areas, packed.types, packed.traits
from app.packed_days_at(
        :subdistrict_id, :as_of, :period_start, :period_end,
        '{areas,types,traits}'
    ) as packed
