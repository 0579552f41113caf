-- The refused rows of a file: one reject to a row of the file, the first that was refused of it, with the cells that
-- stood there (refused_cells), and with the reason of the reader where it had one: it has handed its reason in as field
-- (the column) and value (the reason and what stood in the cell).
with erased as (
    select door_row.row_no
    from pg_temp.door_row
    inner join personal.erased_cases
        on door_row.subdistrict_id = erased_cases.subdistrict_id and door_row.case_id = erased_cases.case_id
    where door_row.batch_id = :batch_id
),

told as (
    select
        import_rejects.row_no,
        import_rejects.row_no / app.per_file_row() as file_row,
        import_rejects.raw ->> 'field' as read_column,
        import_rejects.raw ->> 'value' as read_reason,
        import_rejects.raw ->> 'event' <> 'corrected' and import_rejects.raw ? 'field' as is_reader,
        -- of a case whose person was erased nothing of the person comes back
        import_rejects.row_no in (select erased.row_no from erased) as is_erased,
        row_number() over (
            partition by import_rejects.row_no / app.per_file_row() order by import_rejects.row_no
        ) as turn
    from app.import_rejects
    where import_rejects.batch_id = :batch_id
),

further as (
    delete from app.import_rejects
    using told
    where import_rejects.batch_id = :batch_id and import_rejects.row_no = told.row_no and told.turn > 1
)

update app.import_rejects
set
    file_row = told.file_row,
    cells = case when not told.is_erased then refused_cells.cells end,
    reason = case when told.is_reader then split_part(told.read_reason, ': ', 1) else import_rejects.reason end,
    detail = case when told.is_reader then substr(told.read_reason, strpos(told.read_reason, ': ') + 2)
        else import_rejects.detail
    end,
    column_name = case when told.is_reader then '' else import_rejects.column_name end,
    file_column = case when told.is_reader then told.read_column else coalesce(
                (
                    select named.file_column
                    from unnest(cast(:inbox_columns as text[]), cast(:file_columns as text[]))
                            as named (inbox_column, file_column)
                    where named.inbox_column in (
                            import_rejects.column_name,
                            import_rejects.raw ->> 'event' || '.' || import_rejects.column_name
                        )
                    order by length(named.inbox_column) desc
                    limit 1
                ), ''
            )
    end
from told
left join refused_cells on told.file_row = refused_cells.file_row
where import_rejects.batch_id = :batch_id and import_rejects.row_no = told.row_no and told.turn = 1
