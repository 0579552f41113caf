-- One row: the number of the newest batch, 0 where there is none.
select coalesce(max(batch_id), 0) as batch_id from app.import_batches
