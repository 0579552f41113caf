-- Refused rows whole, by batch and row; cells are null where the row came from no file.
select
    import_rejects.batch_id,
    import_batches.file_name,
    import_batches.file_header,
    coalesce(import_rejects.file_row, import_rejects.row_no) as file_row,
    import_rejects.reason,
    coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name) as column_name,
    import_rejects.detail,
    import_rejects.cells,
    case when import_rejects.cells is null then import_rejects.raw end as raw
from app.import_rejects
inner join app.import_batches on import_rejects.batch_id = import_batches.batch_id
where (:with_tried or import_rejects.tried_batch_id is null)
    and (cast(:batch_id as bigint) is null or import_rejects.batch_id = :batch_id)
    and (cast(:source as text) is null or import_batches.source = :source)
    and (cast(:reason as text) is null or import_rejects.reason = :reason)
order by import_rejects.batch_id, import_rejects.row_no
