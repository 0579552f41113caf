-- Exports: files that tell of each case as it stands, not of what happened to it. A row of the file is several rows
-- of the inbox: 0 its report, 1 the end that its status says, from 2 on what its own log says, from 10 on what is
-- handed in here. They are numbered from so many times the number of the file's row on:
create or replace function app.per_file_row() returns integer
language sql immutable parallel safe
as $$
    select 20
$$;

-- What an export says of cases that stand already, in the place of what it handed in: nothing where it says what
-- stands, else what has changed since. Called with the batch sealed, in the transaction that then absorbs it, so that
-- nobody comes between. p_says_status: whether an open case in the file is one that the file says is open.
--
-- What differs of opening time, area, matter, channel, summary and point is mended (corrected); another department is
-- reassigned; another deadline is deadline_changed; a closed case that is open again is reopened. A change is dated by
-- the report's ref_occurred_at (when the source last touched the row) where that can be, else by the moment at which it
-- is learned.
create or replace function app.compare_export(p_batch_id bigint, p_file_rows integer, p_says_status boolean)
returns void
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
set work_mem = '128MB'
set default_statistics_target = 10 -- a small sample tells the sizes
set enable_nestloop = off -- nothing is known yet of how many rows there are, and a wrong guess costs hours
set client_min_messages = warning
as $$
declare
    batch app.import_batches;
    moment timestamptz;
    dropped integer;
    mended integer := 0;
    added integer;
begin
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id;
    if batch.batch_id is null then
        raise exception 'there is no batch %', p_batch_id;
    end if;
    perform pg_advisory_xact_lock(hashtext('app.absorb'), batch.subdistrict_id);
    update app.import_batches set file_rows = p_file_rows
    where import_batches.batch_id = p_batch_id and import_batches.status = 'sealed';
    if not found then
        raise exception 'batch % is %, only a sealed batch can be compared', p_batch_id, batch.status;
    end if;
    if not exists (
        select 1 from app.cases
        where cases.subdistrict_id = batch.subdistrict_id and cases.source = batch.source
    ) then
        return;
    end if;
    select greatest(subdistricts.last_recorded_at + interval '1 microsecond', clock_timestamp())
    into moment
    from app.subdistricts where subdistricts.subdistrict_id = batch.subdistrict_id;

    perform app.door_tell('comparing', 0, 0.8);
    perform app.export_read(batch, moment);
    perform app.door_tell('comparing', 0.8, 0.9);
    delete from app.inbox
    using (
        select export_row.row_no from pg_temp.export_row where export_row.is_known_content
        union all
        select export_row.end_no from pg_temp.export_row where export_row.is_known_end
    ) as known
    where inbox.batch_id = p_batch_id and inbox.row_no = known.row_no;
    get diagnostics dropped = row_count;
    perform app.door_tell('comparing', 0.9, 1);
    added := app.export_ends(batch, moment, p_says_status) + app.export_changes(batch, moment);
    -- the same end at another time is mended, not told twice
    delete from app.inbox
    using pg_temp.export_row
    where inbox.batch_id = p_batch_id and inbox.row_no = export_row.end_no and export_row.is_mended_end;
    get diagnostics mended = row_count;
    dropped := dropped + mended;
    update app.import_batches
    set rows_read = import_batches.rows_read + added, rows_unchanged = dropped
    where import_batches.batch_id = p_batch_id;
    if added > 0 then
        perform app.prepare_months(cast(moment as date), cast(moment as date));
    end if;
end
$$;

-- The reports of the batch whose case stands and whose every code is known, beside what stands; of several of one case
-- the first counts, and those alike are told with it. All others stay for the door to judge. Where one of several says
-- the end that stands, the file says of the case what stands (is_settled), whatever end another one gives.
create or replace function app.export_read(p_batch app.import_batches, p_moment timestamptz) returns void
language plpgsql
as $$
declare
    store_zone constant text := app.time_zone();
    first_moment constant timestamptz
        := make_timestamptz(cast(app.setting_text('first_year') as integer), 1, 2, 0, 0, 0, 'UTC');
    settled_ids bigint[];
    settled_from timestamptz;
begin
    create temporary table export_row on commit drop as
    select
        told.*,
        told.turn = 1 as is_known_content,
        ends.row_no as end_no,
        ends.event as end_event,
        ends.occurred_at as end_at,
        ends.field is null and ends.occurred_at >= told.opened_at and ends.occurred_at <= p_moment as is_sound_end,
        ends.event = told.state and ends.occurred_at = told.closed_at as is_known_end,
        false as is_mended_end,
        false as is_settled,
        case when told.updated_at > told.reported_at and told.updated_at <= p_moment
            then told.updated_at else p_moment end as changed_at
    from (
        select
            sound.*,
            row_number() over (partition by sound.external_id order by sound.row_no) as turn
        from (
            select
                inbox.row_no,
                inbox.external_id,
                inbox.occurred_at,
                inbox.ref_occurred_at as updated_at,
                inbox.area_code,
                inbox.type_code,
                inbox.department_code,
                inbox.level,
                inbox.channel,
                inbox.due_at,
                inbox.summary,
                inbox.lon,
                inbox.lat,
                standing.case_id,
                standing.state,
                standing.reported_at,
                standing.opened_at,
                standing.first_occurred_at,
                standing.last_reopened_at,
                -- when it was last resolved, or withdrawn
                case standing.state when 'resolved' then standing.resolved_at when 'withdrawn'
                    then standing.withdrawn_at end as closed_at,
                inbox.occurred_at <> standing.reported_at as has_other_time,
                areas.area_id <> standing.area_id as has_other_area,
                case_types.type_id <> standing.type_id as has_other_type,
                inbox.channel <> standing.channel as has_other_channel,
                inbox.department_code is not null
                and departments.department_id is distinct from standing.department_id as has_other_department,
                inbox.due_at is not null and inbox.due_at is distinct from standing.due_at as has_other_due,
                inbox.summary is not null
                -- what is equal as it stands need not be masked first, and words of somebody erased do not come back
                and case when inbox.summary = standing.summary or exists (
                        select 1 from personal.erased_cases
                        where erased_cases.subdistrict_id = p_batch.subdistrict_id
                            and erased_cases.case_id = standing.case_id
                    ) then false
                    else app.mask_text(inbox.summary) is distinct from standing.summary end as has_other_summary,
                inbox.lon is not null and (inbox.lon, inbox.lat) is distinct from (standing.lon, standing.lat)
                    as has_other_point
            from app.inbox
            cross join lateral (
                select cases.* from app.cases
                where cases.subdistrict_id = p_batch.subdistrict_id
                    and cases.source = p_batch.source and cases.external_id = inbox.external_id
                offset 0 -- each by its index
            ) as standing
            inner join app.areas
                on areas.subdistrict_id = p_batch.subdistrict_id and areas.code = inbox.area_code
                and cast(inbox.occurred_at at time zone store_zone as date) >= areas.valid_from
                and cast(inbox.occurred_at at time zone store_zone as date) < areas.valid_to
            inner join app.case_types on case_types.code = inbox.type_code
            left join app.departments
                on departments.subdistrict_id = p_batch.subdistrict_id
                and departments.code = inbox.department_code
            where inbox.batch_id = p_batch.batch_id and inbox.event = 'reported' and inbox.field is null
                and coalesce(inbox.source, p_batch.source) = p_batch.source
                and inbox.occurred_at >= first_moment and inbox.occurred_at <= p_moment
                and (inbox.department_code is null or departments.department_id is not null)
                and inbox.channel in ('patrol', 'hotline', 'qr_code', 'app', 'visit', 'sensor', 'department')
                and (inbox.due_at is null or inbox.due_at >= inbox.occurred_at)
                and (inbox.summary is null or length(inbox.summary) <= 2000)
                and (inbox.lon is null) = (inbox.lat is null)
                and (inbox.lon is null or inbox.lon between -180 and 180 and inbox.lat between -90 and 90)
        ) as sound
    ) as told
    left join app.inbox as ends on ends.batch_id = p_batch.batch_id and ends.row_no = told.row_no + 1;
    analyze pg_temp.export_row (row_no, external_id, case_id, turn, end_no);
    -- a row in all but its number like the first of its case says what that one says
    update pg_temp.export_row
    set is_known_content = true, is_known_end = later.is_known_end
    from (
        select later.row_no, first.is_known_end
        from pg_temp.export_row as later
        inner join pg_temp.export_row as first on later.external_id = first.external_id and first.turn = 1
        where later.turn > 1
            and app.export_words(p_batch.batch_id, later.row_no, later.end_no)
            = app.export_words(p_batch.batch_id, first.row_no, first.end_no)
    ) as later
    where export_row.row_no = later.row_no;
    update pg_temp.export_row
    set is_settled = true
    from (
        select told.external_id
        from pg_temp.export_row as told
        group by told.external_id
        having count(*) > 1 and bool_or(told.is_known_end)
    ) as settled
    where export_row.external_id = settled.external_id;
    -- their other ends, where the log has them
    select array_agg(distinct told.case_id), min(told.first_occurred_at)
    into settled_ids, settled_from
    from pg_temp.export_row as told
    where told.is_settled and told.end_no is not null and told.is_known_end is not true;
    if settled_ids is not null then
        update pg_temp.export_row
        set is_known_end = true
        from app.effective_rows(p_batch.subdistrict_id, settled_ids, settled_from, 'infinity') as effective
        where export_row.is_settled and export_row.case_id = effective.case_id
            and export_row.end_event = effective.event and export_row.end_at = effective.occurred_at;
    end if;
end
$$;

-- All that a row of a file has handed in, without its numbers.
create or replace function app.export_words(p_batch_id bigint, p_row_no integer, p_end_no integer) returns jsonb
language sql stable
as $$
    select jsonb_agg(to_jsonb(inbox) - 'row_no' order by inbox.row_no)
    from app.inbox
    where inbox.batch_id = p_batch_id and inbox.row_no in (p_row_no, p_end_no)
$$;

-- A moment as the value of a correction.
create or replace function app.moment_text(p_moment timestamptz) returns text
language sql immutable
as $$
    select to_char(p_moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Hands in what the reports say that does not stand; returns how many rows.
create or replace function app.export_changes(p_batch app.import_batches, p_moment timestamptz) returns integer
language plpgsql
as $$
declare
    corrected integer;
    appended integer;
begin
    insert into app.inbox (
        batch_id, row_no, source, external_id, event, occurred_at, ref_event, ref_occurred_at, field, value, lon, lat
    )
    select
        p_batch.batch_id, told.row_no + difference.number, p_batch.source, told.external_id, 'corrected', p_moment,
        'reported', told.opened_at, difference.field, difference.value,
        case when difference.field = 'point' then told.lon end, case when difference.field = 'point' then told.lat end
    from pg_temp.export_row as told
    cross join lateral (
        values
        (10, 'occurred_at', app.moment_text(told.occurred_at), told.has_other_time),
        (11, 'area_code', told.area_code, told.has_other_area),
        (12, 'type_code', told.type_code, told.has_other_type),
        (13, 'channel', told.channel, told.has_other_channel),
        (14, 'summary', told.summary, told.has_other_summary),
        (15, 'point', told.lon || ' ' || told.lat, told.has_other_point)
    ) as difference (number, field, value, is_there)
    where told.turn = 1 and difference.is_there;
    get diagnostics corrected = row_count;

    insert into app.inbox (
        batch_id, row_no, source, external_id, event, occurred_at, department_code, level, due_at
    )
    select
        p_batch.batch_id, told.row_no + 16, p_batch.source, told.external_id, 'reassigned', told.changed_at,
        told.department_code, told.level, null
    from pg_temp.export_row as told
    where told.turn = 1 and told.has_other_department
    union all
    select
        p_batch.batch_id, told.row_no + 17, p_batch.source, told.external_id, 'deadline_changed', told.changed_at,
        null, null, told.due_at
    from pg_temp.export_row as told
    where told.turn = 1 and told.has_other_due;
    get diagnostics appended = row_count;
    return corrected + appended;
end
$$;

-- Settles what the file says of closed and open against what stands; returns how many rows it has handed in, as
-- number 18 of the file's row.
create or replace function app.export_ends(p_batch app.import_batches, p_moment timestamptz, p_says_status boolean)
returns integer
language plpgsql
as $$
declare
    asked_ids bigint[];
    asked_from timestamptz;
    reopened integer := 0;
    moved integer := 0;
begin
    if not p_says_status then
        return 0;
    end if;
    insert into app.inbox (batch_id, row_no, source, external_id, event, occurred_at)
    select
        p_batch.batch_id, told.row_no + 18, p_batch.source, told.external_id, 'reopened',
        case when told.changed_at > told.closed_at then told.changed_at else p_moment end
    from pg_temp.export_row as told
    where told.turn = 1 and not told.is_settled and told.end_no is null and told.state in ('resolved', 'withdrawn');
    get diagnostics reopened = row_count;

    select array_agg(told.case_id), min(told.first_occurred_at)
    into asked_ids, asked_from
    from pg_temp.export_row as told
    where told.turn = 1 and not told.is_settled and told.is_sound_end and told.is_known_end is not true
        and (told.state <> 'open' or told.last_reopened_at >= told.end_at);
    if asked_ids is null then
        return reopened;
    end if;
    -- the same end at another time was given wrongly before; what stands later than the end that the file gives must
    -- have come before it
    with standing as (
        select distinct on (effective.case_id)
            effective.case_id, effective.event, effective.occurred_at, effective.raw_occurred_at, effective.stage
        from app.effective_rows(p_batch.subdistrict_id, asked_ids, asked_from, 'infinity') as effective
        where effective.event in ('resolved', 'withdrawn', 'reopened')
        order by effective.case_id, effective.occurred_at desc, effective.stage desc, effective.log_id desc
    ),

    mending as (
        insert into app.inbox (
            batch_id, row_no, source, external_id, event, occurred_at, ref_event, ref_occurred_at, field, value
        )
        select
            p_batch.batch_id, told.row_no + 18, p_batch.source, told.external_id, 'corrected', p_moment, standing.event,
            standing.raw_occurred_at, 'occurred_at',
            app.moment_text(
                case when standing.event = told.end_event then told.end_at
                    else greatest(told.end_at - interval '1 second', told.opened_at) end
            )
        from pg_temp.export_row as told
        inner join standing on told.case_id = standing.case_id
        where told.turn = 1 and not told.is_settled and told.is_sound_end
            and (
                standing.event = told.end_event
                or (standing.occurred_at, standing.stage) > (told.end_at, app.stage_order(told.end_event))
            )
        returning inbox.row_no, inbox.ref_event
    )

    update pg_temp.export_row
    set is_mended_end = export_row.end_event = mending.ref_event
    from mending
    where mending.row_no = export_row.row_no + 18;
    get diagnostics moved = row_count;
    return reopened + moved;
end
$$;

-- Step 3 for files: an end is not taken when its report is refused, and nothing waits for a later file.
create or replace function app.door_judge_file(p_batch app.import_batches) returns void
language plpgsql
set enable_nestloop = off -- nothing is known yet of how many rows are refused, and row by row they cost hours
as $$
begin
    update pg_temp.door_fault set verdict = 'refused'
    where door_fault.batch_id = p_batch.batch_id and door_fault.verdict = 'parked';
    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    select door_row.batch_id, door_row.row_no, 'refused', report.reason, report.column_name, report.detail
    from pg_temp.door_fault as report
    inner join pg_temp.door_row
        on report.batch_id = door_row.batch_id and report.row_no / app.per_file_row() = door_row.row_no / app.per_file_row()
    where report.batch_id = p_batch.batch_id and report.verdict = 'refused' and report.row_no % app.per_file_row() = 0
        and door_row.row_no % app.per_file_row() <> 0 and door_row.fault is null
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        );
end
$$;

-- How many rows of the file told something new of a new case, of a known one, or were refused; the rest told nothing
-- new. One row, of nulls where the batch came from no file.
create or replace function app.door_count_file(p_batch app.import_batches)
returns table (new integer, changed integer, refused integer)
language plpgsql
as $$
begin
    if p_batch.file_rows is null then
        return query select cast(null as integer), cast(null as integer), cast(null as integer);
        return;
    end if;
    return query
    select
        cast(count(*) filter (where told.is_new and not told.is_refused) as integer),
        cast(count(*) filter (where told.is_changed and not told.is_new and not told.is_refused) as integer),
        cast(count(*) filter (where told.is_refused) as integer)
    from (
        select
            bool_or(door_fault.verdict is null and door_row.event = 'reported') as is_new,
            bool_or(door_fault.verdict is null) as is_changed,
            coalesce(bool_or(door_fault.verdict = 'refused'), false) as is_refused
        from pg_temp.door_row
        left join pg_temp.door_fault
            on door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        where door_row.batch_id = p_batch.batch_id
        group by door_row.row_no / app.per_file_row()
    ) as told;
end
$$;
