-- One row per batch recorded by then, the newest twelve, newest first: what came of its rows; of a
-- file, of the file's rows.
select
    import_batches.batch_id,
    import_batches.source,
    sources.name_zh,
    sources.name_en,
    import_batches.mode,
    import_batches.file_name,
    import_batches.recorded_at,
    coalesce(import_batches.file_rows, import_batches.rows_read) as rows_read,
    coalesce(import_batches.file_rows_new, import_batches.rows_new) as rows_new,
    coalesce(import_batches.file_rows_changed, import_batches.rows_changed) as rows_changed,
    coalesce(import_batches.file_rows_unchanged, import_batches.rows_unchanged) as rows_unchanged,
    coalesce(import_batches.file_rows_refused, import_batches.rows_refused) as rows_refused,
    case when import_batches.file_rows is null then import_batches.rows_parked else 0 end as rows_parked
from app.import_batches
left join app.sources
    on import_batches.subdistrict_id = sources.subdistrict_id and import_batches.source = sources.source
where import_batches.subdistrict_id = :subdistrict_id
    and import_batches.recorded_at <= :as_of
order by import_batches.recorded_at desc, import_batches.batch_id desc
limit 12
