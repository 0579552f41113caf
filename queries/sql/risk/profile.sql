-- One row per local day of the period with a case, packed (app.packed_days_at): the cases of the whole subdistrict, of
-- which queries.risk counts those reported and not taken back by weekday and hour. A row without words has nothing.
select null as day, null as words, null as recorded, null as traits
union all
select packed.day, packed.words, packed.recorded, packed.traits
from app.packed_days_at(
        :subdistrict_id, :as_of, :period_start, :period_end,
        '{traits}'
    ) as packed
