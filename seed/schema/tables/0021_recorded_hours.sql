-- How rows came in, hour by hour (UTC): how many each source's cases had, and how long after they happened
-- (docs/decisions/0045). Corrections are no news of a case and are not counted. Kept up by absorb.
create table app.recorded_hours (
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    recorded_hour timestamptz not null,
    source text not null, -- of the case
    recorded integer not null, -- rows of the log
    hour_late integer not null, -- of them, recorded more than an hour after they happened
    day_late integer not null, -- and more than a day
    longest_delay interval not null,
    primary key (subdistrict_id, recorded_hour, source)
);

-- the rows that stand; app.recorded_hours_anew is made after the migrations, so this is its like for once
insert into app.recorded_hours
with known as (
    select cases.subdistrict_id, cases.case_id, cases.source from app.cases
    union all
    select vanished_cases.subdistrict_id, vanished_cases.case_id, vanished_cases.source from app.vanished_cases
)

select
    case_log.subdistrict_id,
    date_trunc('hour', case_log.recorded_at, 'UTC') as recorded_hour,
    known.source,
    count(*) as recorded,
    count(*) filter (where case_log.recorded_at - case_log.occurred_at > interval '1 hour') as hour_late,
    count(*) filter (where case_log.recorded_at - case_log.occurred_at > interval '1 day') as day_late,
    max(case_log.recorded_at - case_log.occurred_at) as longest_delay
from app.case_log
inner join known on case_log.subdistrict_id = known.subdistrict_id and case_log.case_id = known.case_id
where case_log.event <> 'corrected'
group by case_log.subdistrict_id, date_trunc('hour', case_log.recorded_at, 'UTC'), known.source;
