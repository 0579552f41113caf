-- Of a case that was reopened on the day of its first resolution, but before it, and again after the 30 days, the signs
-- say now that it held. Days that hold such a case are packed anew.
update app.packed_days
set
    words = null, recorded = null, reported = null, areas = null, types = null, traits = null, stages = null,
    spell_counts = null, spells = null, firsts = null, ends = null, places = null, parties = null, likeness = null,
    case_ids = null, summaries = null, last_due_at = null, last_resolved_at = null, last_recorded_at = null
from app.cases
where cases.reopened_count > 1
    and cast(cases.first_resolved_at at time zone (
        select settings.value #>> '{}' from app.settings where settings.key = 'time_zone'
    ) as date) = any(cases.reopened_days)
    and packed_days.subdistrict_id = cases.subdistrict_id and packed_days.day = cases.reported_day
    and packed_days.last_recorded_at is not null;
-- it takes more now
drop function if exists app.packed_signs(
    boolean, boolean, boolean, boolean, timestamptz, timestamptz, text, timestamptz, smallint, date[], timestamptz,
    timestamptz, timestamptz, timestamptz, text, text, text
);
