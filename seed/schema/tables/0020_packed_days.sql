-- The cases reported on a local day, packed: each column strung together in one value, for questions that read months of
-- cases (docs/decisions/0044). A day of which a case came, changed or left is unpacked until app.pack_days comes round.
create table app.packed_days (
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    day date not null,
    begins_at timestamptz not null, -- local midnights
    ends_at timestamptz not null,
    last_recorded_at timestamptz, -- of its cases, the newest; null with all that follows: not packed
    words text,
    recorded bytea,
    reported bytea,
    areas bytea,
    types bytea,
    traits bytea,
    stages bytea,
    spell_counts bytea,
    spells bytea,
    firsts bytea,
    ends bytea,
    places bytea,
    parties bytea,
    likeness bytea,
    case_ids bytea,
    last_due_at timestamptz, -- of its cases' first deadlines, the last
    last_resolved_at timestamptz, -- of its cases' first resolutions, the last
    primary key (subdistrict_id, day)
);
-- kept as they are: moments gain nothing by being compressed, and a question reads few of a day's columns
alter table app.packed_days
alter column recorded set storage external,
alter column reported set storage external, alter column areas set storage external,
alter column types set storage external, alter column traits set storage external,
alter column stages set storage external, alter column spell_counts set storage external,
alter column spells set storage external, alter column firsts set storage external, alter column ends set storage external,
alter column places set storage external, alter column parties set storage external,
alter column likeness set storage external,
alter column case_ids set storage external;
create index packed_days_waiting_idx on app.packed_days (subdistrict_id, ends_at) where last_recorded_at is null;

-- the days of the cases that stand
insert into app.packed_days (subdistrict_id, day, begins_at, ends_at)
select
    days.subdistrict_id,
    days.day,
    -- where clocks go back to midnight, at the first of its two: app.midnights is made after the migrations
    min(begun.at - case when cast((begun.at - interval '1 hour') at time zone zone.name as date) = begun.day
        then interval '1 hour' else interval '0' end) filter (where begun.day = days.day) as begins_at,
    min(begun.at - case when cast((begun.at - interval '1 hour') at time zone zone.name as date) = begun.day
        then interval '1 hour' else interval '0' end) filter (where begun.day > days.day) as ends_at
from (select distinct cases.subdistrict_id, cases.reported_day as day from app.cases) as days
cross join (select settings.value #>> '{}' as name from app.settings where settings.key = 'time_zone') as zone
cross join lateral (
    select listed.day, cast(listed.day as timestamp) at time zone zone.name as at
    from (values (days.day), (days.day + 1)) as listed (day)
) as begun
group by days.subdistrict_id, days.day;

-- what the packed moments' own index was for is done by the days
drop index app.cases_moments_idx;
