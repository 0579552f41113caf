-- Earlier refused rows that this batch brings again, by the case they name or, where the batch tries refused rows
-- again, by their number in the file: marked with the batch, and whether they got in. In the transaction that took the
-- batch in: the door's work tables still hold its rows. Returns one row for each.
with batch as (
    select
        import_batches.batch_id,
        import_batches.subdistrict_id,
        import_batches.source,
        import_batches.retries_batch_id
    from app.import_batches
    where import_batches.batch_id = :batch_id
),

earlier as (
    select
        import_rejects.batch_id,
        import_rejects.row_no,
        import_rejects.file_row,
        import_rejects.raw ->> 'external_id' as external_id
    from batch
    inner join app.import_rejects
        on batch.subdistrict_id = import_rejects.subdistrict_id
            and batch.batch_id > import_rejects.batch_id and not import_rejects.got_in
    inner join app.import_batches as refusing
        on import_rejects.batch_id = refusing.batch_id and batch.source = refusing.source
),

brought as (
    select
        door_row.external_id,
        door_row.row_no / app.per_file_row() as file_row,
        coalesce(bool_or(door_fault.verdict = 'refused'), false) as is_refused
    from batch
    inner join pg_temp.door_row on batch.batch_id = door_row.batch_id
    left join pg_temp.door_fault
        on door_row.batch_id = door_fault.batch_id and door_row.row_no = door_fault.row_no
    group by door_row.external_id, door_row.row_no / app.per_file_row()
),

by_case as (
    select
        earlier.batch_id,
        earlier.row_no,
        not bool_or(brought.is_refused) as got_in
    from earlier
    inner join brought on earlier.external_id = brought.external_id
    group by earlier.batch_id, earlier.row_no
),

by_number as (
    select
        earlier.batch_id,
        earlier.row_no,
        not bool_or(brought.is_refused) as got_in
    from batch
    inner join earlier on batch.retries_batch_id = earlier.batch_id
    inner join brought on earlier.file_row = brought.file_row
    group by earlier.batch_id, earlier.row_no
)

update app.import_rejects
set
    tried_batch_id = :batch_id,
    got_in = coalesce(by_number.got_in, by_case.got_in)
from by_case
full outer join by_number on by_case.batch_id = by_number.batch_id and by_case.row_no = by_number.row_no
where import_rejects.batch_id = coalesce(by_number.batch_id, by_case.batch_id)
    and import_rejects.row_no = coalesce(by_number.row_no, by_case.row_no)
returning import_rejects.got_in
