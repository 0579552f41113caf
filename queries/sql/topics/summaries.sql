-- One row per local day from past_start to the period's end with a case, packed (app.packed_days_at): the cases of the
-- whole subdistrict and of all kinds, of which queries.topics counts the masked summaries. In a row without words: as
-- areas those below the chosen one (app.packed_areas).
select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, null) as areas,
    null as types,
    null as traits,
    null as case_ids,
    null as summaries
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    case when cast(:area_id as integer) is not null then packed.areas end as areas,
    packed.types,
    packed.traits,
    case when cast(:reads_ids as boolean) then packed.case_ids end as case_ids,
    packed.summaries
from app.packed_days_at(
        :subdistrict_id, :as_of, :past_start, :period_end,
        '{areas,types,traits,case_ids,summaries}'
    ) as packed
