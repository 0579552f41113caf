-- The cases reported on a local day, packed: each column strung together in one value, for questions that read months
-- of cases (docs/decisions/0044). A day of which a case came, changed or left is unpacked until app.pack_days comes
-- round.
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
alter column reported set storage external,
alter column areas set storage external,
alter column types set storage external,
alter column traits set storage external,
alter column stages set storage external,
alter column spell_counts set storage external,
alter column spells set storage external,
alter column firsts set storage external,
alter column ends set storage external,
alter column places set storage external,
alter column parties set storage external,
alter column likeness set storage external,
alter column case_ids set storage external;
create index packed_days_waiting_idx on app.packed_days (subdistrict_id, ends_at) where last_recorded_at is null;

-- the days of the cases that stand; app.midnights is made after the migrations, so this is its like for once
create function pg_temp.beginning(p_day date, p_time_zone text) returns timestamptz
language sql stable
as $$
    select case when cast((begun.at - interval '1 hour') at time zone p_time_zone as date) = p_day
        then begun.at - interval '1 hour' else begun.at end
    from (select cast(p_day as timestamp) at time zone p_time_zone as at) as begun
$$;
insert into app.packed_days (subdistrict_id, day, begins_at, ends_at)
select
    days.subdistrict_id,
    days.day,
    pg_temp.beginning(days.day, zone.value #>> '{}') as begins_at,
    pg_temp.beginning(days.day + 1, zone.value #>> '{}') as ends_at
from (select distinct cases.subdistrict_id, cases.reported_day as day from app.cases) as days
inner join app.settings as zone on zone.key = 'time_zone';

-- what the packed moments' own index was for is done by the days
drop index app.cases_moments_idx;
