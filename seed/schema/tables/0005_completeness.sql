-- Through when a source had handed in what it knows, as it was known at any moment: figures say by it what is
-- provisional, and say so again when they are asked later about then. Append-only. One row per source and local day:
-- of the beat by which the source's mark had first passed that day's beginning. All that is compared with a mark is the
-- beginning of a local day, so the beats between say nothing more.
create table app.completeness_marks (
    subdistrict_id integer not null,
    source text not null,
    through_day date not null, -- the local day of complete_through: all before it is handed in
    complete_through timestamptz not null, -- the mark as that beat gave it
    recorded_at timestamptz not null, -- when the beat was taken in
    primary key (subdistrict_id, source, through_day),
    foreign key (subdistrict_id, source) references app.sources (subdistrict_id, source)
);

-- the newest mark as of a moment, however long ago, in one step; a later row never has an earlier moment
create index completeness_marks_known_idx
on app.completeness_marks (subdistrict_id, source, recorded_at, through_day);

-- What a store knew before: its present marks. Which were given earlier is not kept anywhere. A mark held at least from
-- its own moment on (none is given in advance), and no later one was known until now.
insert into app.completeness_marks (subdistrict_id, source, through_day, complete_through, recorded_at)
select
    source_heartbeats.subdistrict_id,
    source_heartbeats.source,
    cast(source_heartbeats.complete_through at time zone (
        select settings.value #>> '{}' from app.settings where settings.key = 'time_zone'
    ) as date) as through_day,
    source_heartbeats.complete_through,
    least(source_heartbeats.complete_through, source_heartbeats.beat_at) as recorded_at
from app.source_heartbeats
where source_heartbeats.complete_through > '-infinity';

-- the function of the present alone
drop function if exists app.complete_through(integer);
