-- One row per reason and column for which rows of a batch were refused, most rows first: how many, and the first three
-- by their number in the file, masked; of a column that holds what is personal the numbers alone.
with refused as (
    select
        import_rejects.reason,
        coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name) as column_name,
        import_rejects.file_row,
        import_rejects.detail,
        count(*) over each_kind as refused_rows,
        row_number() over (each_kind order by import_rejects.row_no) as place
    from app.import_rejects
    where import_rejects.batch_id = :batch_id
    window each_kind as (
        partition by
            import_rejects.reason, coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name)
    )
)

select
    reason,
    column_name,
    refused_rows,
    array_agg(file_row order by place) as file_rows,
    array_agg(
        case when column_name = any(cast(:personal as text[])) then '＊' else app.mask_text(detail) end order by place
    ) as details
from refused
where place <= 3
group by reason, column_name, refused_rows
order by refused_rows desc, reason asc, column_name asc
