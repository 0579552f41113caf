-- Persons are erased: when their time is over, or when one asks. What is counted stays as it is. A person's key is
-- replaced by one drawn by chance, the same in all of the person's cases, that no number leads to; it begins with x.

-- A refused or parked row without the columns that tell of a person and without its free text.
create or replace function app.without_person(p_raw jsonb) returns jsonb
language sql immutable parallel safe
as $$
    select (p_raw - array['party', 'party_name', 'party_phone', 'address', 'original_text', 'summary'])
        || jsonb_strip_nulls(jsonb_build_object('value', app.mask_text(p_raw ->> 'value')))
$$;

-- A text without certain words: a ＊ in the place of each.
create or replace function app.without_words(p_text text, p_words text[]) returns text
language plpgsql immutable parallel safe
as $$
declare
    word text;
    result text := p_text;
begin
    foreach word in array coalesce(p_words, '{}') loop
        result := replace(result, word, '＊');
    end loop;
    return result;
end
$$;

-- The same of each cell of a row.
create or replace function app.cells_without_words(p_cells text[], p_words text[]) returns text[]
language sql immutable parallel safe
as $$
    select array_agg(app.without_words(cell.text, p_words) order by cell.position)
    from unnest(p_cells) with ordinality as cell (text, position)
$$;

-- The work tables of an erasure, empty, and all writers waiting.
create or replace function app.begin_erasure() returns void
language plpgsql
set client_min_messages = warning
as $$
declare
    each_id integer;
begin
    for each_id in select subdistricts.subdistrict_id from app.subdistricts order by subdistricts.subdistrict_id loop
        perform pg_advisory_xact_lock(hashtext('app.absorb'), each_id);
    end loop;
    drop table if exists pg_temp.erasing;
    create temporary table erasing (
        subdistrict_id integer not null, case_id bigint not null, party_key text, new_key text,
        primary key (subdistrict_id, case_id)
    ) on commit drop;
end
$$;

-- Replaces the keys of the cases in the work table and takes certain words out of their texts. Returns the number of
-- keys replaced. Everything that follows from the log changes with it.
create or replace function app.forget_cases(p_words text[]) returns integer
language plpgsql
as $$
declare
    key_count integer;
begin
    select count(distinct erasing.new_key) filter (where erasing.party_key is not null) into key_count
    from pg_temp.erasing;
    update app.case_log
    set party_key = case when case_log.party_key is not null then erasing.new_key end,
        summary = app.without_words(case_log.summary, p_words),
        value = case when case_log.event = 'corrected' and case_log.field <> 'summary' then case_log.value
            else app.without_words(case_log.value, p_words) end
    from pg_temp.erasing
    where case_log.subdistrict_id = erasing.subdistrict_id and case_log.case_id = erasing.case_id
        and (case_log.party_key is not null or case_log.summary is not null or case_log.value is not null);
    update app.cases
    set party_key = case when cases.party_key is not null then erasing.new_key end,
        summary = app.without_words(cases.summary, p_words)
    from pg_temp.erasing
    where cases.subdistrict_id = erasing.subdistrict_id and cases.case_id = erasing.case_id;
    perform app.unpack_days(touched.subdistrict_id, touched.days)
    from (
        select cases.subdistrict_id, array_agg(distinct cases.reported_day) as days
        from pg_temp.erasing
        inner join app.cases
            on erasing.subdistrict_id = cases.subdistrict_id and erasing.case_id = cases.case_id
        group by cases.subdistrict_id
    ) as touched;
    update app.objections set words = app.without_words(objections.words, p_words)
    where app.without_words(objections.words, p_words) <> objections.words;
    update app.objection_decisions set words = app.without_words(objection_decisions.words, p_words)
    where app.without_words(objection_decisions.words, p_words) <> objection_decisions.words;
    update app.assessment_marks set remark = app.without_words(assessment_marks.remark, p_words)
    where assessment_marks.remark <> ''
        and app.without_words(assessment_marks.remark, p_words) <> assessment_marks.remark;
    insert into personal.erased_cases as standing (subdistrict_id, case_id, party_key, erased_at)
    select erasing.subdistrict_id, erasing.case_id, erasing.new_key, clock_timestamp()
    from pg_temp.erasing
    on conflict (subdistrict_id, case_id) do update set
        party_key = excluded.party_key, erased_at = excluded.erased_at;
    return key_count;
end
$$;

-- Erases one person: the one of a number (as sources hand it in: a phone or identity number) or the one of a case, with
-- all cases of the same key, and those whose phone it is. Returns the record of it.
create or replace function app.erase_person(
    p_by text, p_party text, p_subdistrict_id integer, p_source text, p_external_id text
) returns app.erasures
language plpgsql
set search_path = app, pg_temp
as $$
declare
    secret constant bytea := (select keys.secret from personal.keys where keys.purpose = 'party');
    person_keys text[];
    words text[];
    party_count integer;
    refused_count integer;
    parked_count integer;
    key_count integer;
    record app.erasures;
begin
    perform app.begin_erasure();
    insert into pg_temp.erasing (subdistrict_id, case_id)
    select cases.subdistrict_id, cases.case_id from app.cases
    where cases.subdistrict_id = p_subdistrict_id and cases.external_id = p_external_id
        and cases.source = coalesce(p_source, cases.source)
    union
    select parties.subdistrict_id, parties.case_id from personal.parties
    where parties.party_phone = p_party;
    if p_party is null and not exists (select 1 from pg_temp.erasing) then
        raise exception 'there is no case %', p_external_id using hint = 'name it as its source does';
    end if;
    select array_agg(told.party_key) into person_keys
    from (
        select app.party_key(p_party, secret) as party_key where p_party is not null
        union
        select case_log.party_key from app.case_log
        inner join pg_temp.erasing
            on case_log.subdistrict_id = erasing.subdistrict_id and case_log.case_id = erasing.case_id
        where case_log.party_key is not null
    ) as told;
    insert into pg_temp.erasing (subdistrict_id, case_id)
    select distinct case_log.subdistrict_id, case_log.case_id from app.case_log
    where case_log.party_key = any(person_keys)
    on conflict do nothing;
    update pg_temp.erasing
    set new_key = 'x' || substr(drawn.letters, 1, 31),
        party_key = (
            select max(case_log.party_key) from app.case_log
            where case_log.subdistrict_id = erasing.subdistrict_id and case_log.case_id = erasing.case_id
        )
    from (select replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '') as letters) as drawn;

    select array_agg(distinct told.word order by told.word) into words
    from (
        select unnest(array[parties.party_name, parties.party_phone, parties.address]) as word
        from personal.parties
        inner join pg_temp.erasing
            on parties.subdistrict_id = erasing.subdistrict_id and parties.case_id = erasing.case_id
        union all
        select p_party
    ) as told
    where length(told.word) > 1;
    key_count := app.forget_cases(words);
    with erased as (
        delete from personal.parties
        using pg_temp.erasing
        where parties.subdistrict_id = erasing.subdistrict_id and parties.case_id = erasing.case_id
        returning 1
    )

    select count(*) into party_count from erased;

    with erased as (
        update app.import_rejects
        set raw = app.without_person(import_rejects.raw),
            detail = app.without_words(app.mask_text(import_rejects.detail), words),
            cells = app.cells_without_words(
                app.masked_cells(import_rejects.cells, import_batches.file_header, import_batches.shown_columns), words
            )
        from app.import_batches
        where import_batches.batch_id = import_rejects.batch_id
            and (
                app.is_of_person(
                    import_rejects.raw, import_batches.subdistrict_id, import_batches.source, person_keys, p_party,
                    secret
                )
                or strpos(array_to_string(import_rejects.cells, ' '), p_party) > 0
            )
        returning 1
    )

    select count(*) into refused_count from erased;

    with erased as (
        update app.inbox_parked
        set party = null, party_name = null, party_phone = null, address = null, original_text = null,
            summary = app.without_words(app.mask_text(inbox_parked.summary), words),
            value = case when inbox_parked.event = 'corrected' and inbox_parked.field <> 'summary'
                then inbox_parked.value else app.without_words(app.mask_text(inbox_parked.value), words) end
        where app.is_of_person(
            jsonb_strip_nulls(to_jsonb(inbox_parked)), inbox_parked.subdistrict_id, inbox_parked.source, person_keys,
            p_party, secret
        )
        returning 1
    )

    select count(*) into parked_count from erased;
    insert into app.erasures (erased_at, erased_by, occasion, cases, parties, refused_rows, keys)
    select
        clock_timestamp(), p_by, case when p_party is null then 'case' else 'party' end, count(*), party_count,
        refused_count + parked_count, key_count
    from pg_temp.erasing
    returning * into record;
    return record;
end
$$;

-- Whether a refused or parked row is about the person: by its key, its number, or the case it names.
create or replace function app.is_of_person(
    p_raw jsonb, p_subdistrict_id integer, p_source text, p_keys text[], p_party text, p_secret bytea
) returns boolean
language plpgsql
as $$
begin
    return app.party_key(p_raw ->> 'party', p_secret) = any(p_keys)
        or p_raw ->> 'party_phone' = p_party
        or strpos(p_raw ->> 'original_text', p_party) > 0
        or exists (
            select 1
            from app.cases
            inner join pg_temp.erasing
                on cases.subdistrict_id = erasing.subdistrict_id and cases.case_id = erasing.case_id
            where cases.subdistrict_id = p_subdistrict_id
                and cases.source = coalesce(p_raw ->> 'source', p_source)
                and cases.external_id = p_raw ->> 'external_id'
        );
end
$$;

-- Erases what is older than the retention period: persons of cases past their day, the personal part of rows refused or
-- parked before it, and the keys of persons whose last case was reported before it. Returns the record; where nothing
-- was left to erase, none is kept and its number is null.
create or replace function app.erase_expired(p_today date, p_by text) returns app.erasures
language plpgsql
set search_path = app, pg_temp
as $$
declare
    first_kept constant date := p_today - cast(app.setting_text('retention_days') as integer);
    record app.erasures;
begin
    perform app.begin_erasure();
    record.erased_at := clock_timestamp();
    record.erased_by := p_by;
    record.occasion := 'retention';
    insert into pg_temp.erasing (subdistrict_id, case_id, party_key, new_key)
    with past as (
        select cases.party_key
        from app.cases
        where cases.party_key is not null
        group by cases.party_key
        having max(cases.reported_day) < first_kept and left(cases.party_key, 1) <> 'x'
    ),

    drawn as materialized (
        select past.party_key, 'x' || substr(replace(gen_random_uuid()::text, '-', ''), 2) as new_key from past
    )

    select cases.subdistrict_id, cases.case_id, cases.party_key, drawn.new_key
    from drawn
    inner join app.cases on drawn.party_key = cases.party_key;
    record.keys := app.forget_cases('{}');

    with erased as (
        delete from personal.parties where parties.keep_until < p_today
        returning parties.subdistrict_id, parties.case_id
    ),

    kept as (
        insert into personal.erased_cases (subdistrict_id, case_id, party_key, erased_at)
        select erased.subdistrict_id, erased.case_id, cases.party_key, record.erased_at
        from erased
        inner join app.cases on erased.subdistrict_id = cases.subdistrict_id and erased.case_id = cases.case_id
        on conflict (subdistrict_id, case_id) do nothing
    )

    select count(*), count(*) into record.cases, record.parties from erased;

    with erased as (
        update app.import_rejects
        set raw = app.without_person(import_rejects.raw), detail = app.mask_text(import_rejects.detail),
            cells = app.masked_cells(import_rejects.cells, import_batches.file_header, import_batches.shown_columns)
        from app.import_batches
        where import_batches.batch_id = import_rejects.batch_id
            and import_rejects.refused_at < first_kept
            and (
                import_rejects.raw ?| array[
                    'party', 'party_name', 'party_phone', 'address', 'original_text', 'summary'
                ]
                or import_rejects.cells <> app.masked_cells(
                    import_rejects.cells, import_batches.file_header, import_batches.shown_columns
                )
            )
        returning 1
    ),

    erased_parked as (
        update app.inbox_parked
        set party = null, party_name = null, party_phone = null, address = null, original_text = null
        where inbox_parked.parked_at < first_kept
            and coalesce(
                inbox_parked.party, inbox_parked.party_name, inbox_parked.party_phone, inbox_parked.address,
                inbox_parked.original_text
            ) is not null
        returning 1
    )

    select (select count(*) from erased) + (select count(*) from erased_parked) into record.refused_rows;
    if record.parties + record.refused_rows + record.keys > 0 then
        insert into app.erasures (erased_at, erased_by, occasion, cases, parties, refused_rows, keys)
        values (
            record.erased_at, p_by, record.occasion, record.cases, record.parties, record.refused_rows, record.keys
        )
        returning * into record;
    end if;
    return record;
end
$$;

-- Sets for how many days personal data is kept after the report; what is kept already keeps to it.
create or replace function app.set_retention(p_days integer) returns void
language sql
set search_path = app, pg_temp
as $$
    update app.settings set value = to_jsonb(p_days) where settings.key = 'retention_days';
    update personal.parties
    set keep_until = cases.reported_day + p_days
    from app.cases
    where cases.subdistrict_id = parties.subdistrict_id and cases.case_id = parties.case_id;
$$;

-- Masks once more what stands: after a new release masks more than the one that took it in. Returns the rows changed.
create or replace function app.mask_again(p_subdistrict_id integer) returns bigint
language plpgsql
set search_path = app, pg_temp
as $$
declare
    changed bigint;
begin
    perform pg_advisory_xact_lock(hashtext('app.absorb'), p_subdistrict_id);
    update app.case_log
    set summary = app.mask_text(case_log.summary),
        field = case when case_log.event = 'corrected' then case_log.field else app.mask_text(case_log.field) end,
        value = case when case_log.event = 'corrected' and case_log.field <> 'summary' then case_log.value
            else app.mask_text(case_log.value) end
    where case_log.subdistrict_id = p_subdistrict_id
        and (
            app.mask_text(case_log.summary) <> case_log.summary
            or case_log.event <> 'corrected' and app.mask_text(case_log.field) <> case_log.field
            or (case_log.event <> 'corrected' or case_log.field = 'summary')
            and app.mask_text(case_log.value) <> case_log.value
        );
    get diagnostics changed = row_count;
    perform app.unpack_days(p_subdistrict_id, array(
        select distinct cases.reported_day from app.cases
        where cases.subdistrict_id = p_subdistrict_id and app.mask_text(cases.summary) <> cases.summary
    ));
    update app.cases set summary = app.mask_text(cases.summary)
    where cases.subdistrict_id = p_subdistrict_id and app.mask_text(cases.summary) <> cases.summary;
    update app.objections set words = app.mask_text(objections.words)
    where objections.subdistrict_id = p_subdistrict_id and app.mask_text(objections.words) <> objections.words;
    update app.objection_decisions set words = app.mask_text(objection_decisions.words)
    where objection_decisions.subdistrict_id = p_subdistrict_id
        and app.mask_text(objection_decisions.words) <> objection_decisions.words;
    update app.assessment_marks set remark = app.mask_text(assessment_marks.remark)
    where assessment_marks.subdistrict_id = p_subdistrict_id and assessment_marks.remark <> ''
        and app.mask_text(assessment_marks.remark) <> assessment_marks.remark;
    return changed;
end
$$;

-- A refused row as the app may show it, by the columns of the inbox: those of persons are hidden, and so is the row of
-- the file as it was handed in, since what nobody has looked at may hold anything.
create or replace function app.masked_row(p_raw jsonb) returns jsonb
language sql stable
as $$
    select jsonb_object_agg(
        told.key,
        case when told.key in ('party', 'party_name', 'party_phone', 'address', 'actor', 'original_text') then '＊'
            else app.mask_text(told.value) end
    )
    from jsonb_each_text(p_raw) as told
$$;

-- The same by the cells of the file: those that the mapping names and that hold nothing personal stay, masked like any
-- text; the others are a mark. A row that does not fit its header shows no cell.
create or replace function app.masked_cells(p_cells text[], p_header text[], p_shown text[]) returns text[]
language sql stable
as $$
    select array_agg(
        case when cell.text = '' then ''
            when p_header[cell.position] = any(p_shown) and cardinality(p_cells) = cardinality(p_header)
                then app.mask_text(cell.text)
            else '＊' end
        order by cell.position
    )
    from unnest(p_cells) with ordinality as cell (text, position)
$$;

drop view if exists app.refused_rows;
create view app.refused_rows as
select
    import_rejects.batch_id,
    import_rejects.row_no,
    import_rejects.file_row,
    import_rejects.subdistrict_id,
    import_rejects.reason,
    coalesce(nullif(import_rejects.file_column, ''), import_rejects.column_name) as column_name,
    app.mask_text(import_rejects.detail) as detail,
    import_batches.file_header as header,
    app.masked_cells(import_rejects.cells, import_batches.file_header, import_batches.shown_columns) as cells,
    app.masked_row(import_rejects.raw) as told,
    import_rejects.tried_batch_id,
    import_rejects.got_in,
    import_rejects.refused_at
from app.import_rejects
inner join app.import_batches on import_rejects.batch_id = import_batches.batch_id;
