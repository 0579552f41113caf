-- One row per refused row of a batch, or of all batches of the subdistrict, known by then: why, and what stood in it,
-- masked.
select
    refused_rows.batch_id,
    refused_rows.row_no,
    refused_rows.file_row,
    refused_rows.reason,
    refused_rows.column_name,
    refused_rows.detail,
    to_jsonb(refused_rows.header) as header,
    to_jsonb(refused_rows.cells) as cells,
    refused_rows.told,
    refused_rows.refused_at
from app.refused_rows
where refused_rows.subdistrict_id = :subdistrict_id
    and refused_rows.refused_at <= :as_of
    and (cast(:batch_id as bigint) is null or refused_rows.batch_id = :batch_id)
order by refused_rows.batch_id desc, refused_rows.row_no asc
limit :rows
