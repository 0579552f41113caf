-- One row per local day of the past and of the period with a case, packed (app.packed_days_at): the cases of the whole
-- subdistrict, of which queries.findings counts those that a unit reported itself. In a row without words: as areas
-- those below each unit that holds since the past began, as traits the kinds of these units as JSON.
with units as materialized (
    select units_of.unit_id, units_of.area_id, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
    where areas.valid_from <= :past_from and areas.valid_to > :period_to
)

select
    null as day,
    null as words,
    null as recorded,
    string_agg(int4send(units.area_id) || int4send(units.unit_id), '') as areas,
    convert_to(cast(jsonb_object_agg(units.unit_id, units.unit_kind) as text), 'UTF8') as traits
from units
union all
select packed.day, packed.words, packed.recorded, packed.areas, packed.traits
from app.packed_days_at(:subdistrict_id, :as_of, :past_start, :period_end, '{areas,traits}') as packed
