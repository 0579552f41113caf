-- One row per local day with a case reported from from_at on and before to_at, packed (app.packed_days_at): the cases
-- of the whole subdistrict and of all kinds, and when they were open; all as known at as_of. In a row without a day
-- those reported before that may have been open at from_at (app.packed_before). What they say of each span is told in
-- backlog.py. In a row without words: the areas of each unit (app.packed_areas), and as traits the sources that give
-- no closing times, one a line.
select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    null as types,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as traits,
    null as stages,
    null as spell_counts,
    null as spells
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    case when cast(:reads_areas as boolean) then packed.areas end as areas,
    case when :by = 'type' then packed.types end as types,
    packed.traits,
    packed.stages,
    packed.spell_counts,
    packed.spells
from app.packed_days_at(
        :subdistrict_id, :as_of, :from_at, :to_at,
        '{areas,types,traits,stages,spell_counts,spells}'
    ) as packed
union all
select
    null as day,
    packed.words,
    null as recorded,
    packed.areas,
    packed.types,
    packed.traits,
    packed.stages,
    packed.spell_counts,
    packed.spells
from app.packed_before(
        :subdistrict_id, :as_of, :from_at, '{areas,types,traits,stages,spell_counts,spells}'
    ) as packed
