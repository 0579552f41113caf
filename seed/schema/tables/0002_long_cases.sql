-- Cases whose records span more than two days, by when the last was made: see app.changed_since. first_occurred_at is
-- a key so that a case begun after the moment asked about is passed over without being fetched.
create index cases_long_idx on app.cases (subdistrict_id, last_recorded_at, first_occurred_at)
where last_recorded_at - first_occurred_at > interval '48 hours';
