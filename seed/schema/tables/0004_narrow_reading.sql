-- Figures read a tenth of a case's columns from thousands of cases. An index that carries those columns answers without
-- the cases themselves: a third of the pages and less than half the time (docs/decisions/0012). First what is never
-- null, since what follows a null is found more slowly.

-- by the moment of the report
create index cases_reported_idx on app.cases (subdistrict_id, reported_at) include (
    reported_day, area_id, type_id, last_recorded_at, first_occurred_at, case_id, is_same_day_counted,
    is_same_day_resolved, is_same_day_kept, is_on_the_spot, reported_hour, reopened_count, kind, risk, channel, source,
    state, level, resolved_level, first_resolved_at, resolved_at, closed_at, dispatched_at, first_due_at, discovered_at,
    fed_back_at, evaluated_at, withdrawn_days, reopened_days, linked_subdistrict_id
);
drop index app.cases_subdistrict_id_reported_at_idx;

-- by the moment of the first resolution
drop index app.cases_resolved_idx;
create index cases_resolved_idx on app.cases (subdistrict_id, first_resolved_at) include (
    area_id, type_id, last_recorded_at, reported_hour, kind, risk, channel, source, last_reopened_at, reopened_days
)
where first_resolved_at is not null;

-- by the first deadline
create index cases_due_idx on app.cases (subdistrict_id, first_due_at) include (
    area_id, type_id, last_recorded_at, reported_hour, kind, risk, channel, source, state, due_day, first_resolved_at,
    due_at, closed_at
)
where first_due_at is not null;
drop index app.cases_subdistrict_id_first_due_at_idx;

-- An index speaks alone only of pages that were vacuumed since they were written. By default a fifth of the table waits
-- for it: in a year's cases, months, and the newest ones are those that are asked about.
alter table app.cases set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01);

-- gives two columns less than it did
drop function if exists app.units_of(integer, integer, text);
