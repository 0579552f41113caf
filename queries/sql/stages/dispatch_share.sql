-- One row per local day with a case of the period or of the 28 days before its end, packed (app.packed_days_at): the
-- cases of the whole subdistrict and of all kinds, with the moments of their stages. Which sources dispatch, and which
-- cases had to be dispatched and were in time, is told in stages.py. In a row without words: the areas of each unit
-- (app.packed_areas), and as stages the moment up to which all sources are complete.
select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    null as types,
    null as traits,
    timestamptz_send(app.complete_through(:subdistrict_id, :as_of)) as stages
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    case when cast(:reads_areas as boolean) then packed.areas end as areas,
    case when :by = 'type' then packed.types end as types,
    packed.traits,
    packed.stages
from app.packed_days_at(
        :subdistrict_id, :as_of, least(:period_start, cast(:told_from as timestamptz)), :period_end,
        '{areas,types,traits,stages}'
    ) as packed
