-- A refused row with a time in the future made its source look heard of until then. Such a source is put back to what
-- the log holds of it.
update app.source_heartbeats
set beat_at = held.last_at, last_row_at = held.last_at
from (
    select import_batches.subdistrict_id, import_batches.source, max(import_batches.recorded_at) as last_at
    from app.import_batches
    where import_batches.status = 'absorbed' and import_batches.recorded_from is not null
    group by import_batches.subdistrict_id, import_batches.source
) as held
where held.subdistrict_id = source_heartbeats.subdistrict_id
    and held.source = source_heartbeats.source
    and source_heartbeats.last_row_at > clock_timestamp() + interval '1 hour';
