-- One row per local day with a case first resolved in the period, packed (app.packed_days_at): with other cases of such
-- days, of the whole subdistrict and of all kinds. Which of them count and were reopened is told in reopenings.py. In a
-- row without words: as areas those below each unit (app.packed_areas), as types the moment up to which all sources are
-- complete, as traits the sources that give no closing times, one a line.
select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    timestamptz_send(app.complete_through(:subdistrict_id, :as_of)) as types,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as traits,
    null as firsts
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    case when cast(:reads_areas as boolean) then packed.areas end as areas,
    case when :by = 'type' then packed.types end as types,
    packed.traits,
    packed.firsts
from app.packed_days_at(
        :subdistrict_id, :as_of, app.packed_since(:subdistrict_id, :as_of, 'infinity', :period_start), :period_end,
        '{areas,types,traits,firsts}'
    ) as packed
where packed.last_resolved_at >= :period_start
