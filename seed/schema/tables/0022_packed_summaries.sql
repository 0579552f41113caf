-- The masked summaries of a day's cases, packed with the rest of them: topics read a month of them. Days that are
-- packed without are packed anew.
alter table app.packed_days add column summaries bytea;
update app.packed_days
set
    words = null, recorded = null, reported = null, areas = null, types = null, traits = null, stages = null,
    spell_counts = null, spells = null, firsts = null, ends = null, places = null, parties = null, likeness = null,
    case_ids = null, last_due_at = null, last_resolved_at = null, last_recorded_at = null
where packed_days.last_recorded_at is not null;
-- it is made anew with them; what it returns cannot be changed
drop function if exists app.packed_days_at(integer, timestamptz, timestamptz, timestamptz, text[], boolean);
drop function if exists app.packed_before(integer, timestamptz, timestamptz);

-- escalations are asked for by when they were raised and by until when they waited
create index escalations_raised_idx on app.escalations (subdistrict_id, raised_at);
create index escalations_ended_idx
on app.escalations (subdistrict_id, coalesce(least(answered_at, lapsed_at), 'infinity'));
