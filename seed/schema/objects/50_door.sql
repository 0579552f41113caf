-- The one door: open_batch, rows into app.inbox, seal, absorb. Everything that follows from the log is brought up to
-- date in the transaction that appends to it. Set-based: each step is one statement over the batch.

create or replace function app.open_batch(
    p_subdistrict_id integer, p_source text, p_mode text,
    p_file_name text default null, p_file_sha256 text default null, p_mapping text default null
)
returns bigint
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    new_batch_id bigint;
begin
    if not exists (
        select 1 from app.sources
        where sources.subdistrict_id = p_subdistrict_id and sources.source = p_source
    ) then
        raise exception 'subdistrict % has no source %', p_subdistrict_id, p_source
            using hint = 'add it to app.sources first; select source from app.sources lists those that are there';
    end if;
    if p_mode = 'history' and exists (
        select 1 from app.subdistricts
        where subdistricts.subdistrict_id = p_subdistrict_id and subdistricts.live_since is not null
    ) then
        raise exception 'subdistrict % is live: history would change what screens have shown', p_subdistrict_id
            using hint = 'send the batch as live; it is recorded now, whenever it occurred';
    end if;
    insert into app.import_batches (subdistrict_id, source, mode, opened_at, file_name, file_sha256, mapping)
    values (p_subdistrict_id, p_source, p_mode, clock_timestamp(), p_file_name, p_file_sha256, p_mapping)
    returning batch_id into new_batch_id;
    return new_batch_id;
end
$$;

-- Closes a batch for writing, counts its rows and makes the months they need. Its own short transaction.
create or replace function app.seal(p_batch_id bigint) returns integer
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    batch app.import_batches;
    row_count integer;
    first_at timestamptz;
    last_at timestamptz;
begin
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id for update;
    if batch.batch_id is null then
        raise exception 'there is no batch %', p_batch_id;
    elsif batch.status <> 'open' then
        raise exception 'batch % is %, only an open batch can be sealed', p_batch_id, batch.status;
    end if;
    select count(*), min(inbox.occurred_at) filter (where inbox.occurred_at >= in_years.first_at),
        max(inbox.occurred_at) filter (where inbox.occurred_at < in_years.last_at)
    into row_count, first_at, last_at
    from app.inbox
    cross join (
        select make_timestamptz(cast(app.setting_text('first_year') as integer), 1, 2, 0, 0, 0, 'UTC') as first_at,
            least(
                make_timestamptz(cast(app.setting_text('last_year') as integer) + 1, 1, 1, 0, 0, 0, 'UTC'),
                clock_timestamp() + interval '1 day'
            ) as last_at
    ) as in_years
    where inbox.batch_id = p_batch_id;
    if first_at <= last_at then
        perform app.prepare_months(
            cast(first_at at time zone 'UTC' as date), cast(last_at at time zone 'UTC' as date)
        );
    end if;
    update app.import_batches
    set status = 'sealed', sealed_at = clock_timestamp(), rows_read = row_count
    where import_batches.batch_id = p_batch_id;
    return row_count;
end
$$;

-- How far the door has come with a large batch, for those who wait: a stage of the load, what share of its work is done
-- and what share will be when the step now begun has ended; two numbers more where each row of the step draws from
-- app.log_id_seq: what was drawn last before it, and how many rows there are. It stands in application_name, which
-- other sessions see at once (pg_stat_activity) and which is as before when the transaction ends. The shares were
-- measured with a file of new cases over two years.
create or replace function app.door_tell(
    p_stage text, p_done numeric, p_next numeric, p_drawn bigint default null, p_rows bigint default null
) returns void
language plpgsql
as $$
begin
    perform set_config(
        'application_name',
        concat_ws(' ', 'door:', p_stage, round(p_done, 3), round(p_next, 3), p_drawn, p_rows), true
    );
end
$$;

-- Whether this session has the work tables. Refuses those that somebody else has made: what they hold was not judged.
create or replace function app.door_tables_stand() returns boolean
language plpgsql stable
as $$
begin
    if exists (
        select 1 from pg_catalog.pg_class
        where pg_class.relnamespace = pg_my_temp_schema() and pg_class.relname like 'door\_%'
            and pg_class.relowner <> (select pg_roles.oid from pg_roles where pg_roles.rolname = current_user)
    ) then
        raise exception 'a temporary table of this session takes the name of one of the door''s'
            using hint = 'drop the temporary tables named door_…';
    end if;
    return to_regclass('pg_temp.door_row') is not null;
end
$$;

-- The work tables of absorb: temporary, made once per session, emptied at each commit.
create or replace function app.door_tables() returns void
language plpgsql
set client_min_messages = warning
as $$
begin
    -- each by itself, for a session that made the others before there was this one: texts that a large batch holds more
    -- than once, and what is left of them without what tells of a person;
    create temporary table if not exists door_text (told text not null, masked text not null) on commit delete rows;
    -- what the sound rows tell of each case: the reported row that opens it (for a standing case only when; one that has
    -- not arrived has none), the first and the last moment of any row, and whether an event comes twice
    create temporary table if not exists door_told (
        case_id bigint not null, is_known boolean not null, opened_at timestamptz,
        first_occurred_at timestamptz not null, last_at timestamptz not null, tells_twice boolean not null,
        log_id bigint
    ) on commit delete rows;
    if app.door_tables_stand() then
        delete from pg_temp.door_row;
        delete from pg_temp.door_case;
        delete from pg_temp.door_told;
        delete from pg_temp.door_logged;
        delete from pg_temp.door_fault;
        delete from pg_temp.door_reference;
        delete from pg_temp.door_image;
        delete from pg_temp.door_sum;
        delete from pg_temp.door_text;
        return;
    end if;
    -- the rows of the batch, and parked rows of its cases, with every code looked up
    create temporary table door_row (
        fault text[], -- the first thing wrong with it: reason, column, detail
        is_parked boolean not null,
        like app.case_log,
        ref_event text,
        ref_occurred_at timestamptz,
        transfer_area_id integer, -- the area of another subdistrict that the case is handed to
        party_name text, party_phone text, address text, original_text text
    ) on commit delete rows;
    alter table pg_temp.door_row alter column case_id drop not null, alter column occurred_at drop not null,
        alter column event drop not null;
    alter table pg_temp.door_row drop constraint if exists case_log_occurred_at_check;
    alter table pg_temp.door_row drop constraint if exists case_log_check;
    -- the cases they belong to
    create temporary table door_case (
        source text not null, external_id text not null, case_id bigint not null, is_known boolean not null,
        standing_opened_at timestamptz, first_occurred_at timestamptz,
        read_as bigint not null -- the number that its rows were read with
    ) on commit delete rows;
    -- what the log has of the cases it knows: looked up once, since each look-up passes through all months
    create temporary table door_logged (like app.case_log) on commit delete rows;
    -- rows that are not simply appended, and why
    create temporary table door_fault (
        batch_id bigint not null, row_no integer not null, verdict text not null,
        reason text not null, column_name text not null, detail text not null
    ) on commit delete rows;
    -- corrections and the rows they mend
    create temporary table door_reference (
        batch_id bigint not null, row_no integer not null, ref_log_id bigint not null
    ) on commit delete rows;
    -- the touched cases before (-1) and after (1)
    create temporary table door_image (sign integer not null, like app.cases) on commit delete rows;
    create temporary table door_sum (like app.area_day) on commit delete rows;
end
$$;

-- What the store knows of a case by its name, each looked up by its index: a plan made for a large batch would read
-- all cases for three rows as well. One row, with nulls where it knows nothing.
create or replace function app.door_standing(
    p_subdistrict_id integer, p_source text, p_external_id text
)
returns table (case_id bigint, opened_at timestamptz, first_occurred_at timestamptz)
language sql stable rows 1
as $$
    select
        coalesce(standing.case_id, vanished.case_id),
        standing.opened_at,
        least(standing.first_occurred_at, vanished.first_occurred_at)
    from (select 1) as always
    left join lateral (
        select cases.case_id, cases.opened_at, cases.first_occurred_at
        from app.cases
        where cases.subdistrict_id = p_subdistrict_id
            and cases.source = p_source and cases.external_id = p_external_id
        offset 0
    ) as standing on true
    left join lateral (
        select vanished_cases.case_id, vanished_cases.first_occurred_at
        from app.vanished_cases
        where vanished_cases.subdistrict_id = p_subdistrict_id
            and vanished_cases.source = p_source and vanished_cases.external_id = p_external_id
        offset 0
    ) as vanished on true
$$;

-- Step 1: one row per case that the batch names, with its number; a new case gets one, used or not. Numbers rise in the
-- order of the rows, which is nearly that of time: what is written in their order then goes to the end of each index.
create or replace function app.door_name(p_batch app.import_batches) returns void
language plpgsql
as $$
declare
    -- in a store without cases there is nothing to look up, case by case
    holds_cases constant boolean := exists (
        select 1 from app.cases where cases.subdistrict_id = p_batch.subdistrict_id
    ) or exists (
        select 1 from app.vanished_cases where vanished_cases.subdistrict_id = p_batch.subdistrict_id
    );
begin
    insert into pg_temp.door_case (
        source, external_id, case_id, is_known, standing_opened_at, first_occurred_at, read_as
    )
    select
        numbered.source, numbered.external_id, numbered.case_id, numbered.is_known, numbered.opened_at,
        numbered.first_occurred_at, numbered.case_id
    from (
        select
            named.source,
            named.external_id,
            coalesce(standing.case_id, nextval('app.case_id_seq')) as case_id,
            standing.case_id is not null as is_known,
            standing.opened_at,
            standing.first_occurred_at
        from (
            select coalesce(inbox.source, p_batch.source) as source, inbox.external_id
            from app.inbox
            where inbox.batch_id = p_batch.batch_id and inbox.external_id <> ''
            group by coalesce(inbox.source, p_batch.source), inbox.external_id
            order by min(inbox.row_no)
        ) as named
        left join lateral app.door_standing(p_batch.subdistrict_id, named.source, named.external_id) as standing
            on holds_cases
    ) as numbered;
end
$$;

-- Step 1 once more, for a batch that was read ahead: what other batches have made of its cases meanwhile.
create or replace function app.door_rename(p_batch app.import_batches) returns void
language plpgsql
as $$
begin
    update pg_temp.door_case
    set case_id = coalesce(standing.case_id, door_case.case_id),
        is_known = standing.case_id is not null,
        standing_opened_at = standing.opened_at,
        first_occurred_at = standing.first_occurred_at
    from pg_temp.door_case as named
    cross join lateral app.door_standing(p_batch.subdistrict_id, named.source, named.external_id) as standing
    where named.read_as = door_case.read_as
        and (door_case.is_known, door_case.standing_opened_at, door_case.first_occurred_at)
        is distinct from (standing.case_id is not null, standing.opened_at, standing.first_occurred_at);
    update pg_temp.door_row
    set case_id = renamed.case_id
    from pg_temp.door_case as renamed
    where renamed.read_as = door_row.case_id and renamed.case_id <> renamed.read_as;
end
$$;

-- Before step 2, for a large batch: a text that comes again and again is masked once.
create or replace function app.door_mask(p_batch_id bigint) returns void
language plpgsql
as $$
begin
    insert into pg_temp.door_text (told, masked)
    select repeated.told, app.mask_text(repeated.told)
    from (
        select texts.told
        from app.inbox
        cross join lateral (values (inbox.summary), (inbox.value), (inbox.field)) as texts (told)
        where inbox.batch_id = p_batch_id and texts.told is not null
        group by texts.told
        having count(*) > 1
    ) as repeated;
    analyze pg_temp.door_text (told);
end
$$;

-- Step 2: the rows, every code looked up, with the first thing wrong with each as its reason. What a row is matched
-- with is a few small tables, so each row is written once, and constants are taken out of the batch beforehand.
create or replace function app.door_read(p_batch app.import_batches, p_recorded_at timestamptz) returns void
language plpgsql
as $$
declare
    own_batch_id constant bigint := p_batch.batch_id;
    own_subdistrict_id constant integer := p_batch.subdistrict_id;
    own_source constant text := p_batch.source;
    is_history constant boolean := p_batch.mode = 'history';
    store_zone constant text := app.time_zone();
    first_moment constant timestamptz
        := make_timestamptz(cast(app.setting_text('first_year') as integer), 1, 2, 0, 0, 0, 'UTC');
    end_moment constant timestamptz
        := make_timestamptz(cast(app.setting_text('last_year') as integer) + 1, 1, 1, 0, 0, 0, 'UTC');
    secret constant bytea := (select keys.secret from personal.keys where keys.purpose = 'party');
    missing_months constant timestamp[] := (
        select coalesce(array_agg(needed.month), '{}')
        from (
            select
                min(inbox.occurred_at) filter (where inbox.occurred_at >= first_moment) as first_at,
                max(inbox.occurred_at) filter (where inbox.occurred_at < end_moment) as last_at
            from app.inbox
            where inbox.batch_id = own_batch_id
        ) as spanned
        cross join lateral generate_series(
            date_trunc('month', spanned.first_at at time zone 'UTC'), spanned.last_at at time zone 'UTC',
            interval '1 month'
        ) as needed (month)
        where to_regclass('app.case_log_' || to_char(needed.month, 'YYYYMM')) is null
    );
    months_are_missing constant boolean := cardinality(missing_months) > 0;
begin
    insert into pg_temp.door_row (
        fault, is_parked, subdistrict_id, log_id, case_id, occurred_at, recorded_at, batch_id, row_no, event, area_id,
        type_id, department_id, kind, risk, channel, level, actor_key, escalation_no, satisfaction, field, value,
        due_at, lon, lat, summary, party_key, linked_subdistrict_id, linked_case_id, source, external_id, ref_event,
        ref_occurred_at, transfer_area_id, party_name, party_phone, address, original_text
    )
    select
        case
            when looked_up.event is null or app.stage_order(looked_up.event) is null
                then array['unknown_event', 'event', coalesce(looked_up.event, '')]
            when looked_up.known_source is null then array['unknown_source', 'source', looked_up.case_source]
            when coalesce(looked_up.external_id, '') = '' then array['missing_external_id', 'external_id', '']
            when length(looked_up.external_id) > 200 or length(looked_up.summary) > 2000
                or length(looked_up.value) > 2000
                then array['text_too_long', '', '']
            when looked_up.occurred_at is null then array['missing_occurred_at', 'occurred_at', '']
            when looked_up.recorded_at is not null and not is_history and not looked_up.is_parked
                then array['recorded_not_allowed', 'recorded_at', '']
            when looked_up.occurred_at < first_moment or looked_up.occurred_at >= end_moment
                then array['year_out_of_range', 'occurred_at', looked_up.occurred_at::text]
            when looked_up.occurred_at > p_recorded_at
                then array['time_in_future', 'occurred_at', looked_up.occurred_at::text]
            when looked_up.occurred_at > looked_up.known_at and looked_up.known_at < p_recorded_at
                then array['recorded_before_occurred', 'recorded_at', looked_up.known_at::text]
            when looked_up.known_at > p_recorded_at
                then array['time_in_future', 'recorded_at', looked_up.known_at::text]
            when months_are_missing
                and date_trunc('month', looked_up.occurred_at at time zone 'UTC') = any(missing_months)
                then array['no_month_partition', 'occurred_at', looked_up.occurred_at::text]
            when looked_up.event = 'corrected' and (
                    looked_up.ref_event is null or looked_up.ref_occurred_at is null or looked_up.value is null
                    or looked_up.ref_event = 'corrected' or coalesce(looked_up.field, '') not in (
                        'occurred_at', 'area_code', 'type_code', 'risk', 'kind', 'channel', 'due_at',
                        'department_code', 'level', 'satisfaction', 'summary', 'point'
                    )
                )
                then array['bad_correction', 'field', coalesce(looked_up.field, '')]
            when looked_up.event = 'corrected' and looked_up.field = 'point' and looked_up.lon is null
                then array['bad_correction', 'lon', looked_up.value]
            when looked_up.event = 'corrected' and looked_up.field = 'occurred_at' and (
                    app.time_or_null(looked_up.value) is null
                    or app.time_or_null(looked_up.value) > looked_up.known_at
                    or app.time_or_null(looked_up.value) < first_moment
                )
                then array['bad_correction', 'value', looked_up.value]
            when looked_up.event = 'corrected' and looked_up.field = 'due_at' and looked_up.worded_due_at is null
                then array['bad_correction', 'value', looked_up.value]
            when looked_up.event = 'corrected' and looked_up.field = 'satisfaction'
                and looked_up.worded_satisfaction is null
                then array['bad_correction', 'value', looked_up.value]
            when looked_up.worded_area is not null and looked_up.own_area_id is null
                and looked_up.other_area_id is null
                then case when exists (
                        select 1 from app.areas
                        where areas.subdistrict_id = own_subdistrict_id and areas.code = looked_up.worded_area
                    )
                    then array['area_not_valid_then', 'area_code', looked_up.worded_area]
                    else array['unknown_area', 'area_code', looked_up.worded_area] end
            when looked_up.worded_type is not null and looked_up.type_id is null
                then array['unknown_type', 'type_code', looked_up.worded_type]
            when looked_up.worded_department is not null and looked_up.department_id is null
                then array['unknown_department', 'department_code', looked_up.worded_department]
            when looked_up.worded_kind not in ('appeal', 'hazard', 'petition', 'police_report', 'warning')
                then array['unknown_kind', 'kind', looked_up.worded_kind]
            when looked_up.worded_risk not in ('red', 'orange', 'yellow', 'blue')
                then array['unknown_risk', 'risk', looked_up.worded_risk]
            when looked_up.worded_channel not in (
                    'patrol', 'hotline', 'qr_code', 'app', 'visit', 'sensor', 'department'
                )
                then array['unknown_channel', 'channel', looked_up.worded_channel]
            when looked_up.worded_level not in ('grid', 'community', 'subdistrict', 'department')
                then array['unknown_level', 'level', looked_up.worded_level]
            when looked_up.event = 'reported' and looked_up.worded_area is null
                then array['missing_column', 'area_code', '']
            when looked_up.event = 'reported' and looked_up.worded_type is null
                then array['missing_column', 'type_code', '']
            when looked_up.event = 'reported' and looked_up.worded_kind is null
                then array['missing_column', 'kind', '']
            when looked_up.event = 'reported' and looked_up.worded_risk is null
                then array['missing_column', 'risk', '']
            when looked_up.event = 'reported' and looked_up.worded_channel is null
                then array['missing_column', 'channel', '']
            when looked_up.event not in ('reported', 'reassigned', 'corrected') and (
                    looked_up.area_code is not null or looked_up.type_code is not null
                    or looked_up.kind is not null or looked_up.risk is not null
                )
                then array['column_not_allowed', 'event', looked_up.event]
            when looked_up.event in ('escalated', 'answered', 'supervised') and looked_up.escalation_no is null
                then array['missing_escalation_no', 'escalation_no', '']
            when looked_up.event = 'deadline_changed' and looked_up.due_at is null
                then array['missing_column', 'due_at', '']
            when looked_up.due_at < looked_up.occurred_at and looked_up.event in ('reported', 'escalated')
                then array['deadline_before_start', 'due_at', looked_up.due_at::text]
            when (looked_up.lon is null) <> (looked_up.lat is null)
                or looked_up.lon is not null and not looked_up.lon between -180 and 180
                or looked_up.lat is not null and not looked_up.lat between -90 and 90
                then array['bad_coordinates', 'lon', looked_up.lon || ' ' || looked_up.lat]
            when looked_up.satisfaction not between 1 and 5
                then array['bad_satisfaction', 'satisfaction', looked_up.satisfaction::text]
            when looked_up.linked_case_id is not null and looked_up.batch_id = own_batch_id
                and p_batch.carried_from_batch_id is null
                then array['not_for_case', 'linked_case_id', looked_up.linked_case_id::text]
        end as fault,
        looked_up.is_parked,
        own_subdistrict_id,
        looked_up.log_id,
        door_case.case_id,
        looked_up.occurred_at,
        looked_up.known_at as recorded_at,
        looked_up.batch_id,
        looked_up.row_no,
        looked_up.event,
        looked_up.own_area_id,
        looked_up.type_id,
        looked_up.department_id,
        looked_up.worded_kind as kind,
        looked_up.worded_risk as risk,
        looked_up.worded_channel as channel,
        looked_up.worded_level as level,
        case when looked_up.actor is not null then app.party_key(looked_up.actor, secret) end as actor_key,
        looked_up.escalation_no,
        looked_up.worded_satisfaction as satisfaction,
        -- a correction's field and value are words of the vocabulary, but for a summary; elsewhere they are free text
        case when looked_up.event = 'corrected' then looked_up.field else app.mask_text(looked_up.field) end as field,
        case when looked_up.event = 'corrected' and looked_up.field is distinct from 'summary' then looked_up.value
            else coalesce(masked_value.masked, app.mask_text(looked_up.value)) end as value,
        coalesce(looked_up.worded_due_at, looked_up.default_due_at) as due_at,
        looked_up.lon,
        looked_up.lat,
        coalesce(masked_summary.masked, app.mask_text(looked_up.worded_summary)) as summary,
        case when looked_up.party is not null then app.party_key(looked_up.party, secret) end as party_key,
        case when looked_up.other_area_id is null then looked_up.linked_subdistrict_id else (
            select areas.subdistrict_id from app.areas where areas.area_id = looked_up.other_area_id
        ) end as linked_subdistrict_id,
        looked_up.linked_case_id,
        looked_up.case_source as source,
        looked_up.external_id,
        looked_up.ref_event,
        looked_up.ref_occurred_at,
        looked_up.other_area_id as transfer_area_id,
        looked_up.party_name,
        looked_up.party_phone,
        looked_up.address,
        looked_up.original_text
    from (
        select
            worded.*,
            own_area.area_id as own_area_id,
            -- a transfer names an area of another subdistrict
            case when worded.event = 'reassigned' and own_area.area_id is null then (
                select areas.area_id
                from app.areas
                where areas.code = worded.worded_area and areas.subdistrict_id not in (0, own_subdistrict_id)
                    and worded.placed_day >= areas.valid_from and worded.placed_day < areas.valid_to
                order by areas.area_id
                limit 1
            ) end as other_area_id,
            case_types.type_id,
            departments.department_id,
            case when deadlines.unit = 'minute' then worded.occurred_at + make_interval(mins => deadlines.amount)
                -- working days end with the last second of the last one
                else app.midnight(last_day.day + 1, store_zone) - interval '1 second' end as default_due_at,
            source_names.source as known_source
        from (
            select
                handed_in.*,
                coalesce(handed_in.source, own_source) as case_source,
                case when is_history or handed_in.is_parked
                    then coalesce(handed_in.recorded_at, p_recorded_at) else p_recorded_at end as known_at,
                -- a case stays with the area of its day: a correction names one of the day of the row it mends
                case when handed_in.mended_field is not null or handed_in.area_code is not null
                    then cast(
                        case when handed_in.event = 'corrected' then handed_in.ref_occurred_at
                            else handed_in.occurred_at end at time zone store_zone as date
                    ) end as placed_day,
                -- a correction's value takes the place of the column it names
                case when handed_in.mended_field = 'area_code' then handed_in.value else handed_in.area_code end as worded_area,
                case when handed_in.mended_field = 'type_code' then handed_in.value else handed_in.type_code end as worded_type,
                case when handed_in.mended_field = 'department_code'
                    then handed_in.value else handed_in.department_code end as worded_department,
                case when handed_in.mended_field = 'kind' then handed_in.value else handed_in.kind end as worded_kind,
                case when handed_in.mended_field = 'risk' then handed_in.value else handed_in.risk end as worded_risk,
                case when handed_in.mended_field = 'channel' then handed_in.value else handed_in.channel end as worded_channel,
                case when handed_in.mended_field = 'level' then handed_in.value else handed_in.level end as worded_level,
                case when handed_in.mended_field = 'summary' then handed_in.value else handed_in.summary end as worded_summary,
                case when handed_in.mended_field = 'due_at'
                    then app.time_or_null(handed_in.value) else handed_in.due_at end as worded_due_at,
                case when handed_in.mended_field = 'satisfaction'
                    then case when handed_in.value ~ '^[1-5]$' then cast(handed_in.value as smallint) end
                    else handed_in.satisfaction end as worded_satisfaction
            from (
                select
                    ordered.*,
                    nextval('app.log_id_seq') as log_id,
                    case when ordered.event = 'corrected' then ordered.field end as mended_field
                from (
                    (select
                        parked.batch_id, parked.row_no, parked.source, parked.external_id, parked.event,
                        parked.occurred_at, parked.recorded_at, parked.area_code, parked.kind, parked.type_code,
                        parked.risk, parked.channel, parked.level, parked.department_code, parked.actor,
                        parked.escalation_no, parked.ref_event, parked.ref_occurred_at, parked.field, parked.value,
                        parked.due_at, parked.lon, parked.lat, parked.summary, parked.satisfaction, parked.party,
                        parked.party_name, parked.party_phone, parked.address, parked.original_text,
                        parked.linked_subdistrict_id, parked.linked_case_id, true as is_parked
                    from app.inbox_parked as parked
                    where parked.subdistrict_id = own_subdistrict_id
                        and exists (
                            select 1 from pg_temp.door_case
                            where door_case.source = parked.source and door_case.external_id = parked.external_id
                        )
                    order by parked.batch_id, parked.row_no)
                    union all
                    (select inbox.*, false as is_parked
                    from app.inbox
                    where inbox.batch_id = own_batch_id
                    order by inbox.row_no)
                ) as ordered
            ) as handed_in
            offset 0 -- words are made once a row
        ) as worded
        left join app.areas as own_area
            on own_area.subdistrict_id = own_subdistrict_id and own_area.code = worded.worded_area
            and worded.placed_day >= own_area.valid_from and worded.placed_day < own_area.valid_to
        left join app.case_types on case_types.code = worded.worded_type
        left join app.departments
            on departments.subdistrict_id = own_subdistrict_id and departments.code = worded.worded_department
        left join app.case_type_deadlines as deadlines
            on deadlines.type_id = case when worded.event = 'reported' and worded.due_at is null
                then case_types.type_id end
            and deadlines.risk = worded.worded_risk
        left join app.calendar as first_day
            on first_day.day = case when deadlines.unit = 'working_day'
                then cast(worded.occurred_at at time zone store_zone as date) end
        left join app.calendar as last_day
            on last_day.is_working_day
            and last_day.working_day_number = first_day.working_day_number + deadlines.amount
        left join app.sources as source_names
            on source_names.subdistrict_id = own_subdistrict_id and source_names.source = worded.case_source
        offset 0
    ) as looked_up
    left join pg_temp.door_case
        on door_case.source = looked_up.case_source and door_case.external_id = looked_up.external_id
    left join pg_temp.door_text as masked_summary on masked_summary.told = looked_up.worded_summary
    left join pg_temp.door_text as masked_value on masked_value.told = looked_up.value;
end
$$;

-- Rows of cases whose person was erased bring nothing of the person back: no names, the key that leads to nobody, and
-- the words that the log has by now of what it knows.
create or replace function app.door_forget(p_subdistrict_id integer) returns void
language plpgsql
as $$
begin
    update pg_temp.door_row
    set party_key = case when door_row.party_key is not null then erased_cases.party_key end,
        party_name = null, party_phone = null, address = null, original_text = null,
        summary = (coalesce((
            select array[logged.summary]
            from app.case_log as logged
            where logged.subdistrict_id = p_subdistrict_id and logged.case_id = door_row.case_id
                and logged.occurred_at = door_row.occurred_at and logged.event = door_row.event
                and logged.field is not distinct from door_row.field
            order by logged.log_id
            limit 1
        ), array[door_row.summary]))[1],
        value = case when door_row.field = 'summary' then (coalesce((
            select array[logged.value]
            from app.case_log as logged
            where logged.subdistrict_id = p_subdistrict_id and logged.case_id = door_row.case_id
                and logged.occurred_at = door_row.occurred_at and logged.event = door_row.event
                and logged.field = door_row.field
            order by logged.log_id
            limit 1
        ), array[door_row.value]))[1] else door_row.value end
    from personal.erased_cases
    where erased_cases.subdistrict_id = p_subdistrict_id and erased_cases.case_id = door_row.case_id;
end
$$;

-- Step 3: when each case was opened, and the rows that are not simply appended.
create or replace function app.door_judge(p_batch app.import_batches) returns void
language plpgsql
as $$
declare
    known_ids bigint[];
    known_from timestamptz;
    told_cases bigint;
    logged_rows bigint;
    is_large boolean;
begin
    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    select
        door_row.batch_id, door_row.row_no, 'refused', door_row.fault[1], door_row.fault[2],
        coalesce(door_row.fault[3], '')
    from pg_temp.door_row
    where door_row.fault is not null;

    -- a standing case was opened by its reported row; a new one, or one that comes back, by its first sound one
    insert into pg_temp.door_told (
        case_id, is_known, opened_at, first_occurred_at, last_at, tells_twice, log_id
    )
    select
        door_case.case_id,
        door_case.is_known,
        coalesce(door_case.standing_opened_at, opening.occurred_at),
        least(door_case.first_occurred_at, told.first_occurred_at),
        told.last_at,
        told.tells_twice,
        case when door_case.standing_opened_at is null then opening.log_id end
    from (
        select
            door_row.case_id,
            min(door_row.occurred_at) as first_occurred_at,
            greatest(max(door_row.occurred_at), max(door_row.recorded_at)) as last_at,
            count(*) > bit_count(cast(bit_or(1 << app.stage_order(door_row.event)) as bit (32))) as tells_twice,
            -- numbers rise in the order in which rows count: parked ones first, then as handed in
            min(door_row.log_id) filter (where door_row.event = 'reported') as opening_log_id
        from pg_temp.door_row
        where door_row.fault is null
        group by door_row.case_id
    ) as told
    inner join pg_temp.door_case on told.case_id = door_case.case_id
    left join pg_temp.door_row as opening on opening.log_id = told.opening_log_id and opening.event = 'reported';
    get diagnostics told_cases = row_count;
    is_large := told_cases > 2000;
    if is_large then
        analyze pg_temp.door_told (case_id);
    end if;

    select array_agg(door_told.case_id order by door_told.case_id), min(door_told.first_occurred_at)
    into known_ids, known_from
    from pg_temp.door_told
    where door_told.is_known and door_told.opened_at is not null;
    if known_ids is not null then
        insert into pg_temp.door_logged
        select * from app.case_log
        where case_log.subdistrict_id = p_batch.subdistrict_id and case_log.case_id = any(known_ids)
            and case_log.occurred_at >= known_from;
        get diagnostics logged_rows = row_count;
        if logged_rows > 2000 then
            analyze pg_temp.door_logged (log_id, case_id, event, occurred_at);
        end if;
    end if;

    -- the same event of a case handed in again: identical to what the log has is unchanged
    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    select
        door_row.batch_id, door_row.row_no,
        case when is_identical.verdict then 'unchanged' else 'refused' end,
        case when is_identical.verdict then 'unchanged' else 'changed_duplicate' end,
        '', ''
    from pg_temp.door_logged as logged
    inner join pg_temp.door_row
        on logged.case_id = door_row.case_id and logged.occurred_at = door_row.occurred_at
        and logged.event = door_row.event and door_row.fault is null
        and logged.escalation_no is not distinct from door_row.escalation_no
        and logged.field is not distinct from door_row.field
    left join pg_temp.door_logged as mended on logged.event = 'corrected' and logged.ref_log_id = mended.log_id
    cross join lateral (
        select (logged.area_id, logged.type_id, logged.department_id, logged.kind, logged.risk, logged.channel,
            logged.level, logged.actor_key, logged.satisfaction, logged.value, logged.due_at, logged.lon,
            logged.lat, logged.summary, logged.party_key)
        is not distinct from
        (door_row.area_id, door_row.type_id, door_row.department_id, door_row.kind, door_row.risk, door_row.channel,
            door_row.level, door_row.actor_key, door_row.satisfaction, door_row.value, door_row.due_at,
            door_row.lon, door_row.lat, door_row.summary, door_row.party_key) as verdict
    ) as is_identical
    where (
            logged.event <> 'corrected'
            or (mended.event = door_row.ref_event and mended.occurred_at = door_row.ref_occurred_at)
        )
        and not exists (
            select 1 from pg_temp.door_logged as reversal
            where reversal.event = 'corrected' and reversal.field = 'void' and reversal.ref_log_id = logged.log_id
        );

    -- or, among rows that the log does not know, twice in this batch: compared with the first
    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    with twin as (
        select
            later.batch_id, later.row_no,
            (earlier.area_id, earlier.type_id, earlier.department_id, earlier.kind, earlier.risk, earlier.channel,
                earlier.level, earlier.actor_key, earlier.satisfaction, earlier.field, earlier.value, earlier.due_at,
                earlier.lon, earlier.lat, earlier.summary, earlier.party_key, earlier.ref_event,
                earlier.ref_occurred_at)
            is not distinct from
            (later.area_id, later.type_id, later.department_id, later.kind, later.risk, later.channel,
                later.level, later.actor_key, later.satisfaction, later.field, later.value, later.due_at,
                later.lon, later.lat, later.summary, later.party_key, later.ref_event, later.ref_occurred_at)
                as is_identical
        from (
            select door_row.*,
                first_value(door_row.log_id) over same_event as first_log_id
            from pg_temp.door_row
            inner join (
                select twins.case_id, twins.event, twins.occurred_at
                from pg_temp.door_told
                inner join pg_temp.door_row as twins on twins.case_id = door_told.case_id
                where door_told.tells_twice and twins.fault is null
                group by twins.case_id, twins.event, twins.occurred_at
                having count(*) > 1
            ) as told_twice
                on told_twice.case_id = door_row.case_id and told_twice.event = door_row.event
                and told_twice.occurred_at = door_row.occurred_at
            where door_row.fault is null
                and not exists (
                    select 1 from pg_temp.door_fault
                    where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
                )
            window same_event as (
                partition by door_row.case_id, door_row.event, door_row.occurred_at, door_row.escalation_no,
                    door_row.field, door_row.ref_event, door_row.ref_occurred_at
                order by door_row.is_parked desc, door_row.batch_id, door_row.row_no
            )
        ) as later
        inner join pg_temp.door_row as earlier on earlier.log_id = later.first_log_id
        where later.first_log_id <> later.log_id
    )

    select
        twin.batch_id, twin.row_no,
        case when twin.is_identical then 'unchanged' else 'refused' end,
        case when twin.is_identical then 'unchanged' else 'changed_duplicate' end,
        '', ''
    from twin;

    -- rows that contradict their case, and rows whose case has not arrived
    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    select door_row.batch_id, door_row.row_no, verdict.parts[1], verdict.parts[2], verdict.parts[3], verdict.parts[4]
    from pg_temp.door_row
    left join pg_temp.door_told as opening on opening.case_id = door_row.case_id
    cross join lateral (
        select case
            when opening.opened_at is null then array['parked', 'no_case_yet', '', '']
            when door_row.event = 'reported'
                and door_row.log_id is distinct from opening.log_id
                then array['refused', 'already_reported', 'occurred_at', opening.opened_at::text]
            when door_row.event = 'discovered' and door_row.occurred_at > opening.opened_at
                then array['refused', 'after_reported', 'occurred_at', opening.opened_at::text]
            when door_row.event not in ('discovered', 'reported') and door_row.occurred_at < opening.opened_at
                then array['refused', 'before_reported', 'occurred_at', opening.opened_at::text]
            when door_row.event in ('deadline_changed', 'corrected') and door_row.due_at < opening.opened_at
                then array['refused', 'deadline_before_start', 'due_at', opening.opened_at::text]
        end as parts
        offset 0
    ) as verdict
    where door_row.fault is null and verdict.parts is not null
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        );

    -- answers and demands wait for their escalation
    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    select door_row.batch_id, door_row.row_no, 'parked', 'no_escalation_yet', 'escalation_no', ''
    from pg_temp.door_row
    where door_row.event in ('answered', 'supervised') and door_row.case_id is not null and door_row.fault is null
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        )
        and not exists (
            select 1 from pg_temp.door_row as raised
            where raised.case_id = door_row.case_id and raised.event = 'escalated'
                and raised.escalation_no = door_row.escalation_no
                and not exists (
                    select 1 from pg_temp.door_fault
                    where door_fault.batch_id = raised.batch_id and door_fault.row_no = raised.row_no
                        and door_fault.verdict <> 'unchanged'
                )
        )
        and not exists (
            select 1 from pg_temp.door_logged as raised
            where raised.case_id = door_row.case_id
                and raised.event = 'escalated' and raised.escalation_no = door_row.escalation_no
        );

    -- corrections wait for the row they mend
    insert into pg_temp.door_reference (batch_id, row_no, ref_log_id)
    select distinct on (correction.batch_id, correction.row_no)
        correction.batch_id, correction.row_no, mended.log_id
    from pg_temp.door_row as correction
    inner join (
        select door_row.case_id, door_row.log_id, door_row.event, door_row.occurred_at, door_row.escalation_no
        from pg_temp.door_row
        where exists (select 1 from pg_temp.door_row as any_correction where any_correction.event = 'corrected')
            and not exists (
                select 1 from pg_temp.door_fault
                where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
            )
        union all
        select logged.case_id, logged.log_id, logged.event, logged.occurred_at, logged.escalation_no
        from pg_temp.door_row as correction
        inner join pg_temp.door_logged as logged
            on correction.case_id = logged.case_id
            and correction.ref_occurred_at = logged.occurred_at and correction.ref_event = logged.event
        where correction.event = 'corrected' and correction.fault is null
            and not exists (
                select 1 from pg_temp.door_logged as reversal
                where reversal.event = 'corrected' and reversal.field = 'void'
                    and reversal.ref_log_id = logged.log_id
            )
    ) as mended
        on mended.case_id = correction.case_id and mended.event = correction.ref_event
        and mended.occurred_at = correction.ref_occurred_at
        and (correction.escalation_no is null or mended.escalation_no = correction.escalation_no)
    where correction.event = 'corrected' and correction.fault is null
    order by correction.batch_id, correction.row_no, mended.log_id;

    insert into pg_temp.door_fault (batch_id, row_no, verdict, reason, column_name, detail)
    select door_row.batch_id, door_row.row_no, 'parked', 'no_row_to_mend_yet', 'ref_occurred_at', ''
    from pg_temp.door_row
    where door_row.event = 'corrected' and door_row.fault is null
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        )
        and not exists (
            select 1 from pg_temp.door_reference
            where door_reference.batch_id = door_row.batch_id and door_reference.row_no = door_row.row_no
        );

    if is_large then
        analyze pg_temp.door_reference (batch_id, row_no);
    end if;

    if p_batch.file_rows is not null then
        perform app.door_judge_file(p_batch);
    end if;
end
$$;

-- Step 4: appends the sound rows and replaces what follows from the touched cases.
create or replace function app.door_apply(
    p_subdistrict_id integer, p_recorded_from timestamptz, p_recorded_to timestamptz
)
returns void
language plpgsql
as $$
declare
    known_ids bigint[];
    known_from timestamptz;
    new_ids bigint[];
    new_from timestamptz;
    is_large boolean;
begin
    select
        array_agg(opening.case_id order by opening.case_id) filter (where opening.is_known),
        min(opening.first_occurred_at) filter (where opening.is_known),
        array_agg(opening.case_id order by opening.case_id) filter (where not opening.is_known),
        min(opening.first_occurred_at) filter (where not opening.is_known)
    into known_ids, known_from, new_ids, new_from
    from pg_temp.door_told as opening
    where opening.opened_at is not null;
    is_large := coalesce(cardinality(known_ids), 0) + coalesce(cardinality(new_ids), 0) > 2000;
    if is_large then
        perform app.door_tell('taking in', 0.35, 0.48);
    end if;

    perform app.door_checkpoint(p_subdistrict_id, p_recorded_from, p_recorded_to);

    insert into pg_temp.door_image
    select -1, cases.*
    from app.cases
    where cases.subdistrict_id = p_subdistrict_id and cases.case_id = any(known_ids);

    insert into app.case_log (
        subdistrict_id, log_id, case_id, occurred_at, recorded_at, batch_id, row_no, event, area_id, type_id,
        department_id, ref_log_id, kind, risk, channel, level, actor_key, escalation_no, satisfaction, field, value,
        due_at, lon, lat, summary, party_key, linked_subdistrict_id, linked_case_id, source, external_id
    )
    select
        door_row.subdistrict_id, door_row.log_id, door_row.case_id, door_row.occurred_at, door_row.recorded_at,
        door_row.batch_id, door_row.row_no, door_row.event, door_row.area_id, door_row.type_id,
        door_row.department_id, door_reference.ref_log_id, door_row.kind, door_row.risk, door_row.channel,
        door_row.level, door_row.actor_key, door_row.escalation_no, door_row.satisfaction, door_row.field,
        case when door_row.event = 'corrected' and door_row.field = 'summary' then door_row.summary
            else door_row.value end,
        door_row.due_at, door_row.lon, door_row.lat, door_row.summary, door_row.party_key,
        door_row.linked_subdistrict_id, door_row.linked_case_id,
        case when door_row.event = 'reported' then door_row.source end,
        case when door_row.event = 'reported' then door_row.external_id end
    from pg_temp.door_row
    left join pg_temp.door_reference
        on door_reference.batch_id = door_row.batch_id and door_reference.row_no = door_row.row_no
    where door_row.fault is null
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        )
    order by door_row.case_id, door_row.occurred_at;
    perform app.door_recorded(p_subdistrict_id);

    if is_large then
        perform app.door_tell('taking in', 0.48, 0.67);
    end if;
    if known_ids is not null then
        insert into pg_temp.door_image
        select 1, folded.* from app.fold_cases(p_subdistrict_id, known_ids, known_from, 'infinity') as folded;
    end if;
    if new_ids is not null then
        perform app.door_fold_new(p_subdistrict_id, new_ids, new_from);
    end if;
    if is_large then
        perform app.door_tell('taking in', 0.67, 0.79);
        analyze pg_temp.door_image (sign, case_id, area_id, kind, reported_day);
    end if;
    perform app.door_replace(p_subdistrict_id, known_ids, new_ids, known_from, new_from);
    if is_large then
        perform app.door_tell('taking in', 0.79, 0.86);
    end if;
    perform app.door_count(p_subdistrict_id);
    if is_large then
        perform app.door_tell('taking in', 0.86, 0.94);
    end if;
    if exists (
        select 1 from app.checkpoints
        where checkpoints.subdistrict_id = p_subdistrict_id and checkpoints.month_start >= p_recorded_from
    ) then
        perform app.door_mend_checkpoints(p_subdistrict_id, p_recorded_from);
    end if;
end
$$;

-- The images of new cases. All their rows are in this batch, so it is known in which months they lie: of a batch that
-- spans many, as a file of years does, the cases of each month are folded by themselves, since each look-up passes
-- through all months it may find something in. Cases that went on for long are folded together.
create or replace function app.door_fold_new(p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz)
returns void
language plpgsql
as $$
declare
    part record;
    folded_cases integer := 0;
begin
    if cardinality(p_case_ids) < 5000 then
        insert into pg_temp.door_image
        select 1, folded.* from app.fold_cases(p_subdistrict_id, p_case_ids, p_from, 'infinity') as folded;
        return;
    end if;
    for part in
        select
            array_agg(spanned.case_id order by spanned.case_id) as case_ids,
            min(spanned.first_at) as first_at,
            max(spanned.last_at) as last_at
        from (
            select door_told.case_id, door_told.first_occurred_at as first_at, door_told.last_at
            from pg_temp.door_told
            where not door_told.is_known and door_told.opened_at is not null
        ) as spanned
        cross join lateral (
            select
                date_trunc('month', spanned.first_at) as first_month,
                date_trunc('month', spanned.last_at) as last_month
        ) as months
        group by
            case when months.last_month <= months.first_month + interval '1 month' then months.first_month end,
            case when months.last_month <= months.first_month + interval '1 month' then months.last_month end
        order by first_at
    loop
        insert into pg_temp.door_image
        select 1, folded.*
        from app.fold_cases(p_subdistrict_id, part.case_ids, part.first_at, part.last_at) as folded;
        folded_cases := folded_cases + cardinality(part.case_ids);
        perform app.door_tell('taking in', 0.48 + 0.19 * folded_cases / cardinality(p_case_ids), 0.67);
    end loop;
end
$$;

-- Puts the new images of the touched cases, and their escalations, in the place of the old.
create or replace function app.door_replace(
    p_subdistrict_id integer, p_known_ids bigint[], p_new_ids bigint[], p_known_from timestamptz,
    p_new_from timestamptz
) returns void
language plpgsql
as $$
declare
    escalated_ids bigint[];
begin
    if p_known_ids is not null then
        -- a case whose opening row was voided vanishes; one that came back is no longer vanished
        insert into app.vanished_cases (
            subdistrict_id, case_id, source, external_id, first_occurred_at, last_recorded_at
        )
        select
            before.subdistrict_id, before.case_id, before.source, before.external_id, before.first_occurred_at,
            (
                select max(case_log.recorded_at) from app.case_log
                where case_log.subdistrict_id = p_subdistrict_id and case_log.case_id = before.case_id
                    and case_log.occurred_at >= before.first_occurred_at
            )
        from pg_temp.door_image as before
        where before.sign = -1
            and not exists (
                select 1 from pg_temp.door_image as after
                where after.sign = 1 and after.case_id = before.case_id
            )
        on conflict (subdistrict_id, source, external_id) do nothing;
        delete from app.vanished_cases
        using pg_temp.door_image as after
        where vanished_cases.subdistrict_id = p_subdistrict_id
            and after.sign = 1 and after.case_id = vanished_cases.case_id;
        delete from app.cases
        where cases.subdistrict_id = p_subdistrict_id and cases.case_id = any(p_known_ids);
        delete from app.escalations
        where escalations.subdistrict_id = p_subdistrict_id and escalations.case_id = any(p_known_ids);
    end if;

    insert into app.cases
    select
        subdistrict_id, case_id, source, external_id, kind, type_id, risk, channel, area_id, department_id, level,
        state, last_event, discovered_at, reported_at, dispatched_at, accepted_at, first_resolved_at, resolved_at,
        fed_back_at, evaluated_at, withdrawn_at, last_reopened_at, closed_at, first_due_at, due_at, reopened_count,
        deadline_changes, escalation_count, escalations_pending, resolved_level, is_on_the_spot, satisfaction,
        reported_day, reported_hour, resolved_day, due_day, is_same_day_counted, is_same_day_resolved,
        is_same_day_kept, reopened_days, withdrawn_days, escalated_days, lon, lat, summary, party_key,
        linked_subdistrict_id, linked_case_id, opened_at, first_occurred_at, last_occurred_at, last_recorded_at,
        stage_times, open_spells
    from pg_temp.door_image
    where door_image.sign = 1;

    select array_agg(door_image.case_id) into escalated_ids
    from pg_temp.door_image
    where door_image.sign = 1 and door_image.escalation_count > 0;
    if escalated_ids is not null then
        insert into app.escalations
        select folded.*
        from app.fold_escalations(
            p_subdistrict_id, escalated_ids, least(p_known_from, p_new_from), 'infinity'
        ) as folded;
    end if;

    perform app.door_unpack(p_subdistrict_id);
end
$$;

-- Step 5: what became of each row: refused rows kept whole, parked rows put aside, personal data put away, counts.
create or replace function app.door_settle(p_batch app.import_batches, p_recorded_at timestamptz) returns void
language plpgsql
as $$
declare
    retention_days constant integer := cast(app.setting_text('retention_days') as integer);
begin
    insert into app.import_rejects (
        batch_id, row_no, subdistrict_id, reason, column_name, detail, raw, refused_at
    )
    select
        door_fault.batch_id, door_fault.row_no, p_batch.subdistrict_id, door_fault.reason, door_fault.column_name,
        door_fault.detail,
        coalesce(
            (
                select jsonb_strip_nulls(to_jsonb(inbox)) from app.inbox
                where inbox.batch_id = door_fault.batch_id and inbox.row_no = door_fault.row_no
                limit 1
            ),
            (
                select jsonb_strip_nulls(to_jsonb(parked)) from app.inbox_parked as parked
                where parked.batch_id = door_fault.batch_id and parked.row_no = door_fault.row_no
            )
        ),
        p_recorded_at
    from pg_temp.door_fault
    where door_fault.verdict = 'refused'
    on conflict (batch_id, row_no) do nothing;

    -- of a case whose person was erased, what is kept of a refused row tells nothing of the person either
    if exists (
        select 1 from personal.erased_cases where erased_cases.subdistrict_id = p_batch.subdistrict_id
    ) then
        update app.import_rejects
        set raw = app.without_person(import_rejects.raw), detail = app.mask_text(import_rejects.detail)
        from pg_temp.door_row
        inner join personal.erased_cases
            on erased_cases.subdistrict_id = p_batch.subdistrict_id and erased_cases.case_id = door_row.case_id
        where import_rejects.batch_id = door_row.batch_id and import_rejects.row_no = door_row.row_no;
    end if;

    insert into personal.parties (
        subdistrict_id, case_id, party_name, party_phone, address, original_text, keep_until
    )
    select
        door_row.subdistrict_id, door_row.case_id, door_row.party_name, door_row.party_phone, door_row.address,
        door_row.original_text,
        cast(door_row.occurred_at as date) + retention_days
    from pg_temp.door_row
    where door_row.event = 'reported' and door_row.fault is null
        and (
            door_row.party_name is not null or door_row.party_phone is not null
            or door_row.address is not null or door_row.original_text is not null
        )
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        )
    on conflict (subdistrict_id, case_id) do update set
        party_name = excluded.party_name, party_phone = excluded.party_phone,
        address = excluded.address, original_text = excluded.original_text, keep_until = excluded.keep_until;

    -- rows parked earlier that have found their place, or their refusal
    if exists (select 1 from pg_temp.door_row where door_row.is_parked) then
        with settled as (
            delete from app.inbox_parked as parked
            using pg_temp.door_row
            where door_row.is_parked and parked.batch_id = door_row.batch_id and parked.row_no = door_row.row_no
                and not exists (
                    select 1 from pg_temp.door_fault
                    where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
                        and door_fault.verdict = 'parked'
                )
            returning parked.batch_id, parked.row_no, door_row.event
        ),

        counted as (
            select
                settled.batch_id,
                count(*) as settled,
                count(*) filter (where door_fault.verdict is null and settled.event <> 'corrected') as new,
                count(*) filter (where door_fault.verdict is null and settled.event = 'corrected') as changed,
                count(*) filter (where door_fault.verdict = 'unchanged') as unchanged,
                count(*) filter (where door_fault.verdict = 'refused') as refused
            from settled
            left join pg_temp.door_fault
                on door_fault.batch_id = settled.batch_id and door_fault.row_no = settled.row_no
            group by settled.batch_id
        )

        update app.import_batches
        set rows_parked = import_batches.rows_parked - counted.settled,
            rows_new = import_batches.rows_new + counted.new,
            rows_changed = import_batches.rows_changed + counted.changed,
            rows_unchanged = import_batches.rows_unchanged + counted.unchanged,
            rows_refused = import_batches.rows_refused + counted.refused
        from counted
        where import_batches.batch_id = counted.batch_id;
    end if;

    insert into app.inbox_parked
    select inbox.*, p_batch.subdistrict_id, p_recorded_at, door_fault.reason
    from pg_temp.door_fault
    inner join app.inbox on inbox.batch_id = door_fault.batch_id and inbox.row_no = door_fault.row_no
    where door_fault.verdict = 'parked' and door_fault.batch_id = p_batch.batch_id;
    update app.inbox_parked
    set source = p_batch.source
    where inbox_parked.batch_id = p_batch.batch_id and inbox_parked.source is null;
end
$$;

-- Reads a sealed batch of history before its turn has come, without a lock: absorb, called next in the same
-- transaction, goes on from there. So one batch can be read while another is taken in. Only where each row brings the
-- time at which it was recorded; otherwise nothing is done, and absorb does all of it.
create or replace function app.read_ahead(p_batch_id bigint) returns boolean
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
set work_mem = '128MB'
set plan_cache_mode = force_generic_plan
set default_statistics_target = 10
set client_min_messages = warning
as $$
declare
    batch app.import_batches;
begin
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id;
    if batch.status is distinct from 'sealed' or batch.mode <> 'history'
        or exists (
            select 1 from app.inbox where inbox.batch_id = p_batch_id and inbox.recorded_at is null
        ) then
        return false;
    end if;
    perform app.door_tables();
    perform app.door_name(batch);
    analyze pg_temp.door_case (source, external_id, case_id);
    perform app.door_mask(p_batch_id);
    perform app.door_read(batch, clock_timestamp());
    return true;
end
$$;

-- Takes in a sealed batch: one transaction, one lock per subdistrict. Returns the batch as it then stands.
create or replace function app.absorb(p_batch_id bigint) returns app.import_batches
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
set work_mem = '128MB'
set plan_cache_mode = force_generic_plan -- planning over all months costs a small batch more than running
set default_statistics_target = 10 -- a small sample tells the sizes of the work tables
set client_min_messages = warning
as $$
declare
    batch app.import_batches;
    target integer;
    row_count integer;
    last_moment timestamptz;
    now_moment timestamptz;
    latest_moment timestamptz;
    recorded_first timestamptz;
    recorded_last timestamptz;
    is_read_ahead boolean := false;
    is_large boolean;
begin
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id;
    if batch.batch_id is null then
        raise exception 'there is no batch %', p_batch_id;
    end if;
    -- the own subdistrict and those that cases are carried over to, always in the same order
    for target in
        select locked.subdistrict_id
        from (
            select batch.subdistrict_id as subdistrict_id
            union
            select areas.subdistrict_id
            from app.inbox
            inner join app.areas on areas.code = inbox.area_code and areas.subdistrict_id <> 0
            where inbox.batch_id = p_batch_id and inbox.event = 'reassigned'
        ) as locked
        order by locked.subdistrict_id
    loop
        perform pg_advisory_xact_lock(hashtext('app.absorb'), target);
    end loop;
    select * into batch from app.import_batches where import_batches.batch_id = p_batch_id for update;
    if batch.status <> 'sealed' then
        raise exception 'batch % is %, only a sealed batch can be absorbed', p_batch_id, batch.status;
    end if;
    select count(*) into row_count from app.inbox where inbox.batch_id = p_batch_id;
    -- rows of an export that say what stands already were counted and taken out by app.compare_export
    if row_count <> batch.rows_read - batch.rows_unchanged then
        raise exception 'batch % was sealed with % rows and holds %: send it again', p_batch_id, batch.rows_read,
            row_count + batch.rows_unchanged using hint = 'a crash of the server empties the inbox, and rows written after seal are not taken';
    end if;

    is_large := row_count > 2000;
    if is_large then
        perform app.door_tell('taking in', 0, 0.07);
    end if;
    if app.door_tables_stand() then
        -- parked rows count before those of the batch: where some have their turn, all is read again
        select exists (select 1 from pg_temp.door_row where door_row.batch_id = p_batch_id) and not exists (
            select 1 from app.inbox_parked
            inner join pg_temp.door_case
                on inbox_parked.source = door_case.source and inbox_parked.external_id = door_case.external_id
            where inbox_parked.subdistrict_id = batch.subdistrict_id
        )
        into is_read_ahead;
    end if;
    if not is_read_ahead then
        perform app.door_tables();
    end if;
    select greatest(subdistricts.last_recorded_at + interval '1 microsecond', clock_timestamp())
    into now_moment
    from app.subdistricts
    where subdistricts.subdistrict_id = batch.subdistrict_id;
    -- a writer's clock may run a little ahead: its rows are known when the store's clock has reached them
    latest_moment := now_moment + make_interval(secs => cast(app.setting_text('clock_skew_seconds') as integer));
    select greatest(now_moment, max(inbox.occurred_at))
    into now_moment
    from app.inbox
    where inbox.batch_id = p_batch_id
        and inbox.occurred_at <= latest_moment;

    if is_read_ahead then
        perform app.door_rename(batch);
    else
        perform app.door_name(batch);
        if is_large then
            analyze pg_temp.door_case (source, external_id, case_id);
            perform app.door_mask(p_batch_id);
            perform app.door_tell('taking in', 0.07, 0.25, log_id_seq.last_value, row_count) from app.log_id_seq;
        end if;
        perform app.door_read(batch, now_moment);
    end if;
    if exists (
        select 1 from personal.erased_cases where erased_cases.subdistrict_id = batch.subdistrict_id
    ) then
        perform app.door_forget(batch.subdistrict_id);
    end if;
    if is_large then
        perform app.door_tell('taking in', 0.25, 0.35);
        -- fault: else the sound rows are thought a handful, and the wide table is hashed instead of the small one
        analyze pg_temp.door_row (batch_id, row_no, log_id, case_id, event, occurred_at, is_parked, fault);
    end if;
    perform app.door_judge(batch);

    select min(door_row.recorded_at), max(door_row.recorded_at)
    into recorded_first, recorded_last
    from pg_temp.door_row
    where door_row.fault is null
        and not exists (
            select 1 from pg_temp.door_fault
            where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        );
    if recorded_first is not null then
        perform app.door_apply(batch.subdistrict_id, recorded_first, recorded_last);
    end if;
    if is_large then
        perform app.door_tell('taking in', 0.94, 1);
    end if;
    perform app.door_settle(batch, now_moment);

    select subdistricts.last_recorded_at into last_moment
    from app.subdistricts where subdistricts.subdistrict_id = batch.subdistrict_id;
    last_moment := case when batch.mode = 'live' then now_moment else greatest(last_moment, recorded_last) end;

    update app.import_batches
    set status = 'absorbed',
        absorbed_at = now_moment,
        recorded_from = recorded_first,
        recorded_at = last_moment,
        rows_unchanged = import_batches.rows_unchanged + counted.unchanged,
        rows_refused = counted.refused,
        rows_parked = counted.parked,
        rows_changed = counted.changed,
        rows_new = import_batches.rows_read - import_batches.rows_unchanged
        - counted.unchanged - counted.refused - counted.parked - counted.changed,
        file_rows_new = of_file.new,
        file_rows_changed = of_file.changed,
        file_rows_refused = of_file.refused,
        file_rows_unchanged = import_batches.file_rows - of_file.new - of_file.changed - of_file.refused
    from (
        select
            count(*) filter (where door_fault.verdict = 'unchanged') as unchanged,
            count(*) filter (where door_fault.verdict = 'refused') as refused,
            count(*) filter (where door_fault.verdict = 'parked') as parked,
            count(*) filter (where door_fault.verdict is null and door_row.event = 'corrected') as changed
        from pg_temp.door_row
        left join pg_temp.door_fault
            on door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
        where door_row.batch_id = p_batch_id
    ) as counted
    cross join app.door_count_file(batch) as of_file
    where import_batches.batch_id = p_batch_id
    returning import_batches.* into batch;

    delete from app.inbox where inbox.batch_id = p_batch_id;
    perform app.door_announce(batch, now_moment, last_moment);
    perform app.door_carry_over(batch, now_moment);
    return batch;
end
$$;

-- Moves the clock and version of the subdistrict on, marks the sources as heard of, tells the listeners. A refused row
-- is no sign that its source is heard of up to then: it may say the year 2059.
create or replace function app.door_announce(
    p_batch app.import_batches, p_now timestamptz, p_recorded_at timestamptz
) returns void
language plpgsql
as $$
declare
    new_version bigint;
begin
    insert into app.source_heartbeats as standing (subdistrict_id, source, beat_at, last_row_at)
    select p_batch.subdistrict_id, heard.source, case when p_batch.mode = 'live' then p_now else heard.last_at end,
        heard.last_at
    from (
        select
            door_row.source,
            max(door_row.recorded_at) filter (where door_row.fault is null and refused.row_no is null) as last_at
        from pg_temp.door_row
        left join pg_temp.door_fault as refused
            on refused.batch_id = door_row.batch_id and refused.row_no = door_row.row_no
                and refused.verdict = 'refused'
        where door_row.fault is null or door_row.fault[1] <> 'unknown_source'
        group by door_row.source
    ) as heard
    inner join app.sources on sources.subdistrict_id = p_batch.subdistrict_id and sources.source = heard.source
    where heard.last_at is not null or p_batch.mode = 'live'
    on conflict (subdistrict_id, source) do update set
        beat_at = greatest(standing.beat_at, excluded.beat_at),
        last_row_at = greatest(standing.last_row_at, excluded.last_row_at);
    update app.subdistricts
    set version = subdistricts.version + 1,
        last_recorded_at = greatest(subdistricts.last_recorded_at, p_recorded_at),
        live_since = case when p_batch.mode = 'live' then coalesce(subdistricts.live_since, p_now)
            else subdistricts.live_since end
    where subdistricts.subdistrict_id = p_batch.subdistrict_id
    returning version into new_version;
    perform pg_notify('grid_governance', p_batch.subdistrict_id || ':' || new_version);
end
$$;

-- Opens the linked case of each case that this batch has handed to another subdistrict.
create or replace function app.door_carry_over(p_batch app.import_batches, p_now timestamptz) returns void
language plpgsql
as $$
declare
    target_id integer;
    carried_batch_id bigint;
    carried_ids bigint[] := '{}';
begin
    for target_id in
        select distinct door_row.linked_subdistrict_id
        from pg_temp.door_row
        where door_row.transfer_area_id is not null and door_row.fault is null
            and not exists (
                select 1 from pg_temp.door_fault
                where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
            )
        order by door_row.linked_subdistrict_id
    loop
        insert into app.sources (subdistrict_id, source, name_zh, name_en, position, expected_every)
        select target_id, sources.source, sources.name_zh, sources.name_en, sources.position, sources.expected_every
        from app.sources
        where sources.subdistrict_id = p_batch.subdistrict_id
            and sources.source in (select door_row.source from pg_temp.door_row)
        on conflict (subdistrict_id, source) do nothing;
        insert into app.import_batches (
            subdistrict_id, source, mode, opened_at, mapping, carried_from_batch_id
        )
        values (target_id, p_batch.source, p_batch.mode, p_now, 'transfer', p_batch.batch_id)
        returning batch_id into carried_batch_id;
        insert into app.inbox (
            batch_id, row_no, source, external_id, event, occurred_at, recorded_at, area_code, kind, type_code, risk,
            channel, due_at, lon, lat, summary, linked_subdistrict_id, linked_case_id
        )
        select
            carried_batch_id, row_number() over (order by door_row.batch_id, door_row.row_no), door_row.source,
            p_batch.subdistrict_id || '/' || door_row.external_id || '/'
            || to_char(door_row.occurred_at at time zone 'UTC', 'YYYYMMDDHH24MISS'),
            'reported', door_row.occurred_at,
            case when p_batch.mode = 'history' then door_row.recorded_at end,
            areas.code, closed_case.kind, case_types.code, closed_case.risk, closed_case.channel,
            case when closed_case.due_at > door_row.occurred_at then closed_case.due_at end,
            closed_case.lon, closed_case.lat, closed_case.summary, p_batch.subdistrict_id, closed_case.case_id
        from pg_temp.door_row
        inner join app.areas on areas.area_id = door_row.transfer_area_id
        inner join app.cases as closed_case
            on closed_case.subdistrict_id = p_batch.subdistrict_id and closed_case.case_id = door_row.case_id
        inner join app.case_types on case_types.type_id = closed_case.type_id
        where door_row.linked_subdistrict_id = target_id and door_row.transfer_area_id is not null
            and door_row.fault is null
            and not exists (
                select 1 from pg_temp.door_fault
                where door_fault.batch_id = door_row.batch_id and door_fault.row_no = door_row.row_no
            );
        carried_ids := carried_ids || carried_batch_id;
    end loop;
    -- absorb empties the work tables, so all batches are filled before the first is taken in
    foreach carried_batch_id in array carried_ids loop
        perform app.seal(carried_batch_id);
        perform app.absorb(carried_batch_id);
    end loop;
end
$$;
