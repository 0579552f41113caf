-- How rows came in, hour by hour: app.recorded_hours, kept up by absorb.

-- Adds the rows that the door has just put into the log.
create or replace function app.door_recorded(p_subdistrict_id integer) returns void
language plpgsql
as $$
begin
    insert into app.recorded_hours as standing
    select
        p_subdistrict_id,
        date_trunc('hour', door_row.recorded_at, 'UTC') as recorded_hour,
        door_row.source,
        count(*) as recorded,
        count(*) filter (where door_row.recorded_at - door_row.occurred_at > interval '1 hour') as hour_late,
        count(*) filter (where door_row.recorded_at - door_row.occurred_at > interval '1 day') as day_late,
        max(door_row.recorded_at - door_row.occurred_at) as longest_delay
    from pg_temp.door_row
    where door_row.fault is null and door_row.event <> 'corrected'
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        )
    group by recorded_hour, door_row.source
    on conflict (subdistrict_id, recorded_hour, source) do update set
        recorded = standing.recorded + excluded.recorded,
        hour_late = standing.hour_late + excluded.hour_late,
        day_late = standing.day_late + excluded.day_late,
        longest_delay = greatest(standing.longest_delay, excluded.longest_delay);
end
$$;

-- The same for all hours, from the log.
create or replace function app.recorded_hours_anew(p_subdistrict_id integer) returns setof app.recorded_hours
language sql stable
as $$
    with known as (
        select cases.case_id, cases.source from app.cases where cases.subdistrict_id = p_subdistrict_id
        union all
        select vanished_cases.case_id, vanished_cases.source from app.vanished_cases
        where vanished_cases.subdistrict_id = p_subdistrict_id
    )

    select
        p_subdistrict_id,
        date_trunc('hour', case_log.recorded_at, 'UTC') as recorded_hour,
        known.source,
        cast(count(*) as integer) as recorded,
        cast(
            count(*) filter (where case_log.recorded_at - case_log.occurred_at > interval '1 hour') as integer
        ) as hour_late,
        cast(
            count(*) filter (where case_log.recorded_at - case_log.occurred_at > interval '1 day') as integer
        ) as day_late,
        max(case_log.recorded_at - case_log.occurred_at) as longest_delay
    from app.case_log
    inner join known on case_log.case_id = known.case_id
    where case_log.subdistrict_id = p_subdistrict_id and case_log.event <> 'corrected'
    group by recorded_hour, known.source
$$;
