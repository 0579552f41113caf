-- Refused rows by batch and reason, the newest batch first: those not tried again since, or all (:with_tried).
select
    import_batches.batch_id,
    import_batches.source,
    coalesce(import_batches.file_name, '') as file_name,
    import_rejects.reason,
    coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name) as column_name,
    count(*) as refused_rows,
    count(*) filter (where import_rejects.got_in) as got_in,
    min(import_rejects.detail) as example
from app.import_rejects
inner join app.import_batches on import_rejects.batch_id = import_batches.batch_id
where (:with_tried or import_rejects.tried_batch_id is null)
    and (cast(:batch_id as bigint) is null or import_rejects.batch_id = :batch_id)
    and (cast(:source as text) is null or import_batches.source = :source)
    and (cast(:reason as text) is null or import_rejects.reason = :reason)
group by
    import_batches.batch_id, import_batches.source, import_batches.file_name, import_rejects.reason,
    coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name)
order by import_batches.batch_id desc, refused_rows desc, import_rejects.reason asc
limit :most
