-- One row per local day of the period with a case, packed (app.packed_days_at): the cases of the whole subdistrict and
-- of all kinds, of which queries.levels counts those that were neither taken back nor handed over. In a row without
-- words: as areas those below each unit (app.packed_areas), as types the moment up to which all sources are complete,
-- as traits the sources that give no closing times, one a line.
select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    timestamptz_send(app.complete_through(:subdistrict_id, :as_of)) as types,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as traits
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    case when cast(:reads_areas as boolean) then packed.areas end as areas,
    case when :by = 'type' then packed.types end as types,
    packed.traits
from app.packed_days_at(:subdistrict_id, :as_of, :period_start, :period_end, '{areas,types,traits}') as packed
