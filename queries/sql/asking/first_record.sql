-- One row: the moment the subdistrict's first record was made; null where it has none. Batches of history may bring
-- moments before those of batches absorbed earlier, later ones cannot: only those up to the first live one are read.
select min(import_batches.recorded_from) as recorded_at
from app.import_batches
inner join app.subdistricts on import_batches.subdistrict_id = subdistricts.subdistrict_id
where import_batches.subdistrict_id = :subdistrict_id
    and import_batches.recorded_at <= coalesce(subdistricts.live_since, 'infinity')
