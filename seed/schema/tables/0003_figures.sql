-- What the figures need: which petitions ask for a decision, which were carried to the capital.
alter table app.case_types
add column is_decision_sought boolean not null default false, -- of a petition: it asks for a decision
add column is_capital_trip boolean not null default false; -- of a petition: carried to the capital

-- the few that a figure needs beside the roll-up, and the one kind that is rare and followed for months
create index cases_extended_idx on app.cases (subdistrict_id, first_due_at) where deadline_changes > 0;
create index cases_left_idx on app.cases (subdistrict_id, reported_at) where state in ('withdrawn', 'transferred');
create index cases_petitions_idx on app.cases (subdistrict_id, reported_at) where kind = 'petition';
-- what is counted by the day of its resolution or evaluation
create index cases_resolved_idx on app.cases (subdistrict_id, first_resolved_at);
create index cases_marked_idx on app.cases (subdistrict_id, evaluated_at) where satisfaction is not null;

-- one row in a hundred of the log is a change; without this a question about them reads every row of its months
create index case_log_changes_idx on app.case_log (subdistrict_id, occurred_at)
where event in ('withdrawn', 'deadline_changed', 'reassigned', 'corrected');

-- corrections of times and revocations, by when they were recorded: a case whose report was put on another day since is
-- found by them where a question is about what was known before
create index case_log_times_idx on app.case_log (subdistrict_id, recorded_at)
where event = 'corrected' and field in ('occurred_at', 'void');
