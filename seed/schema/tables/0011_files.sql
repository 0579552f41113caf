-- What became of the rows of a file, each exactly once: the last four add up to file_rows. The rows_* beside them count
-- what happened to cases, of which a row of a file may tell several things. Null where the rows came from no file.
alter table app.import_batches
add column file_rows integer,
add column file_rows_new integer,
add column file_rows_changed integer,
add column file_rows_unchanged integer,
add column file_rows_refused integer,
add column file_header text[], -- the columns of the file, in its order
add column shown_columns text[], -- those that the mapping names and that hold nothing personal
add column retries_batch_id bigint references app.import_batches (batch_id); -- tries that batch's refused rows again
alter table app.import_batches add check (
    file_rows is null or status in ('open', 'sealed')
    or file_rows = file_rows_new + file_rows_changed + file_rows_unchanged + file_rows_refused
);

-- A refused row of a file, whole as it stood there; what became of it when it was tried again.
alter table app.import_rejects
add column file_row integer, -- its number in the file, the header being row 1
add column file_column text not null default '', -- the column of the file that column_name came from
add column cells text[], -- in the order of file_header; a row that does not fit the header has more or fewer
add column tried_batch_id bigint references app.import_batches (batch_id), -- the last batch that brought it again
add column got_in boolean not null default false; -- that batch did not refuse it
create index on app.import_rejects (subdistrict_id) where tried_batch_id is null;
