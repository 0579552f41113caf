-- One row per reason and column for which rows of a batch were refused, most rows first: how many, and the first three
-- by their number in the file, each with what stood in that column (else what the door said), masked; of a column that
-- holds what is personal the numbers alone.
with refused as (
    select
        import_rejects.reason,
        import_rejects.file_row,
        import_rejects.cells,
        import_rejects.detail,
        import_batches.file_header,
        coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name) as column_name,
        count(*) over each_kind as refused_rows,
        row_number() over (each_kind order by import_rejects.row_no) as place
    from app.import_rejects
    inner join app.import_batches on import_rejects.batch_id = import_batches.batch_id
    where import_rejects.batch_id = :batch_id
    window each_kind as (
        partition by
            import_rejects.reason, coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name)
    )
)

select
    refused.reason,
    refused.column_name,
    refused.refused_rows,
    array_agg(refused.file_row order by refused.place) as file_rows,
    array_agg(
        case
            when refused.column_name = any(cast(:personal as text[])) then '＊'
            when cardinality(refused.cells) = cardinality(refused.file_header)
                and refused.column_name = any(refused.file_header)
                then app.mask_text(refused.cells[array_position(refused.file_header, refused.column_name)])
            else app.mask_text(refused.detail)
        end order by refused.place
    ) as details
from refused
where refused.place <= 3
group by refused.reason, refused.column_name, refused.refused_rows
order by refused.refused_rows desc, refused.reason asc, refused.column_name asc
