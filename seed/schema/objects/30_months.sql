-- Partitions of app.case_log, one a month (by UTC), made before the rows that need them. Created apart and attached,
-- so that no reader of the log waits. Called in a short transaction of its own, before absorb.
create or replace function app.prepare_months(p_from date, p_to date) returns integer
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
as $$
declare
    month_day date := cast(date_trunc('month', p_from) as date);
    partition_name text;
    made integer := 0;
begin
    if p_from is null or p_to is null then
        return 0;
    end if;
    if extract(year from p_from) < cast(app.setting_text('first_year') as integer)
        or extract(year from p_to) > cast(app.setting_text('last_year') as integer) then
        raise exception 'months from % to % lie outside the years % to % that this store is set to hold',
            p_from, p_to, app.setting_text('first_year'), app.setting_text('last_year')
            using hint = 'change settings first_year and last_year, or mend the dates';
    end if;
    -- one maker at a time; readers and writers do not take this lock
    perform pg_advisory_xact_lock(hashtext('app.prepare_months'));
    while month_day <= p_to loop
        partition_name := 'case_log_' || to_char(month_day, 'YYYYMM');
        if to_regclass('app.' || partition_name) is null then
            execute format(
                'create table app.%I (like app.case_log including defaults including constraints)', partition_name
            );
            execute format(
                'alter table app.case_log attach partition app.%I for values from (%L) to (%L)',
                partition_name, month_day, cast(month_day + interval '1 month' as date)
            );
            made := made + 1;
        end if;
        month_day := cast(month_day + interval '1 month' as date);
    end loop;
    return made;
end
$$;
