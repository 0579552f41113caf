-- Of a case that was reopened before its first resolution and not after, the signs say now that it held; and they tell
-- of cases resolved within a minute. Days that are packed with the signs of before are packed anew.
update app.packed_days
set
    words = null, recorded = null, reported = null, areas = null, types = null, traits = null, stages = null,
    spell_counts = null, spells = null, firsts = null, ends = null, places = null, parties = null, likeness = null,
    case_ids = null, summaries = null, last_due_at = null, last_resolved_at = null, last_recorded_at = null
where packed_days.last_recorded_at is not null;
-- it takes more now
drop function if exists app.packed_signs(
    boolean, boolean, boolean, boolean, timestamptz, timestamptz, text, timestamptz, smallint, date[], text, text, text
);
-- days of resolutions are looked up by the question
drop function if exists app.day_among(timestamptz, date, timestamptz[]);
