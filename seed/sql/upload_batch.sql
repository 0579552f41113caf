-- One row: what became of a file that was taken in after a batch; none where it was not.
select
    import_batches.batch_id,
    import_batches.file_rows as read,
    import_batches.file_rows_new as new,
    import_batches.file_rows_changed as changed,
    import_batches.file_rows_unchanged as unchanged,
    import_batches.file_rows_refused as refused
from app.import_batches
where import_batches.batch_id > :after
    and import_batches.file_sha256 = :sha256
    and import_batches.status in ('absorbed', 'revoked')
order by import_batches.batch_id
limit 1
