-- Corrections of times and revocations, by when they were recorded: a case whose report was put on another day since is
-- found by them where a question is about what was known before. They are few.
create index case_log_times_idx on app.case_log (subdistrict_id, recorded_at)
where event = 'corrected' and field in ('occurred_at', 'void');
