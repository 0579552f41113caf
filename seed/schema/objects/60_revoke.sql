-- Undoes a batch by appending the reversal of each of its rows; nothing is taken out of the log. Returns the batch
-- that holds the reversals. Batches that carried its cases to other subdistricts are revoked with it.
create or replace function app.revoke(p_batch_id bigint) returns bigint
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
set client_min_messages = warning
as $$
declare
    batch app.import_batches;
    reversal app.import_batches;
    carried_id bigint;
    now_moment timestamptz;
    locked_id integer;
    touched_ids bigint[];
    first_moment timestamptz;
begin
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id;
    if batch.batch_id is null then
        raise exception 'there is no batch %', p_batch_id;
    elsif batch.revokes_batch_id is not null then
        raise exception 'batch % is itself a reversal', p_batch_id using hint = 'send the rows again instead';
    end if;
    for locked_id in
        select batch.subdistrict_id
        union
        select import_batches.subdistrict_id from app.import_batches
        where import_batches.carried_from_batch_id = p_batch_id
        order by 1
    loop
        perform pg_advisory_xact_lock(hashtext('app.absorb'), locked_id);
    end loop;
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id for update;
    if batch.status <> 'absorbed' then
        raise exception 'batch % is %, only an absorbed batch can be revoked', p_batch_id, batch.status;
    end if;

    perform app.door_tables();
    select greatest(subdistricts.last_recorded_at + interval '1 microsecond', clock_timestamp())
    into now_moment
    from app.subdistricts where subdistricts.subdistrict_id = batch.subdistrict_id;
    perform app.prepare_months(
        cast(now_moment at time zone 'UTC' as date), cast(now_moment at time zone 'UTC' as date)
    );
    insert into app.import_batches (
        subdistrict_id, source, mode, status, opened_at, sealed_at, absorbed_at, recorded_from, recorded_at,
        revokes_batch_id
    )
    values (
        batch.subdistrict_id, batch.source, batch.mode, 'absorbed', now_moment, now_moment, now_moment, now_moment,
        now_moment, batch.batch_id
    )
    returning * into reversal;

    select array_agg(distinct case_log.case_id order by case_log.case_id)
    into touched_ids
    from app.case_log
    where case_log.subdistrict_id = batch.subdistrict_id and case_log.batch_id = p_batch_id
        and case_log.recorded_at >= batch.recorded_from;
    delete from app.inbox_parked where inbox_parked.batch_id = p_batch_id;
    if touched_ids is not null then
        select min(earliest.first_occurred_at) into first_moment
        from (
            select cases.first_occurred_at from app.cases
            where cases.subdistrict_id = batch.subdistrict_id and cases.case_id = any(touched_ids)
            union all
            select vanished_cases.first_occurred_at from app.vanished_cases
            where vanished_cases.subdistrict_id = batch.subdistrict_id and vanished_cases.case_id = any(touched_ids)
        ) as earliest;
        perform app.door_checkpoint(batch.subdistrict_id, now_moment, now_moment);
        insert into pg_temp.door_image
        select -1, cases.* from app.cases
        where cases.subdistrict_id = batch.subdistrict_id and cases.case_id = any(touched_ids);
        insert into app.case_log (
            subdistrict_id, log_id, case_id, occurred_at, recorded_at, batch_id, row_no, event, ref_log_id, field,
            value
        )
        select
            voided.subdistrict_id, nextval('app.log_id_seq'), voided.case_id, now_moment, now_moment,
            reversal.batch_id, row_number() over (order by voided.log_id), 'corrected', voided.log_id, 'void', 'true'
        from app.case_log as voided
        where voided.subdistrict_id = batch.subdistrict_id and voided.batch_id = p_batch_id
            and voided.case_id = any(touched_ids) and voided.occurred_at >= first_moment;
        update app.import_batches
        set rows_read = counted.reversed, rows_changed = counted.reversed
        from (
            select count(*) as reversed from app.case_log
            where case_log.subdistrict_id = batch.subdistrict_id and case_log.batch_id = reversal.batch_id
                and case_log.occurred_at = now_moment
        ) as counted
        where import_batches.batch_id = reversal.batch_id;
        insert into pg_temp.door_image
        select 1, folded.*
        from app.fold_cases(batch.subdistrict_id, touched_ids, first_moment, 'infinity') as folded;
        perform app.door_replace(batch.subdistrict_id, touched_ids, null, first_moment, null);
        perform app.door_count(batch.subdistrict_id);
    end if;
    update app.import_batches set status = 'revoked' where import_batches.batch_id = p_batch_id;
    update app.subdistricts
    set version = subdistricts.version + 1, last_recorded_at = now_moment
    where subdistricts.subdistrict_id = batch.subdistrict_id
    returning version into reversal.rows_read;
    perform pg_notify('grid_governance', batch.subdistrict_id || ':' || reversal.rows_read);

    for carried_id in
        select import_batches.batch_id from app.import_batches
        where import_batches.carried_from_batch_id = p_batch_id and import_batches.status = 'absorbed'
        order by import_batches.batch_id
    loop
        perform app.revoke(carried_id);
    end loop;
    return reversal.batch_id;
end
$$;
