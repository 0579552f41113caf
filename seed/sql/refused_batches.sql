-- The batches of files whose refused rows can be tried again, the oldest first.
select
    import_batches.batch_id,
    import_batches.file_name,
    import_batches.mapping,
    import_batches.file_header
from app.import_batches
where import_batches.file_header is not null
    and (cast(:batch_id as bigint) is null or import_batches.batch_id = :batch_id)
    and (cast(:source as text) is null or import_batches.source = :source)
    and exists (
        select 1 from app.import_rejects
        where import_rejects.batch_id = import_batches.batch_id and import_rejects.cells is not null
            and not import_rejects.got_in
            and (:with_tried or import_rejects.tried_batch_id is null)
            and (cast(:reason as text) is null or import_rejects.reason = :reason)
    )
order by import_batches.batch_id
