-- The cases of a local day of report, packed (docs/decisions/0044): what a question about months of cases reads is one
-- value a day and column instead of hundreds of rows. queries/packed_days.py takes them apart. A packed day is a copy
-- of app.cases: the door, which changes those, unpacks the days it touches in the same transaction, and a day that is
-- not packed is packed as it is asked for. So an answer is the same whether packed or not.

-- The words that the cases of a subdistrict may have: kinds, colours, channels, states, sources. Traits name them by
-- their places.
create or replace function app.packed_words(p_subdistrict_id integer) returns text[]
language sql stable
as $$
    select array_agg(listed.word order by listed.word)
    from (
        select labels.code as word from app.labels where labels.topic in ('kind', 'risk', 'channel', 'state')
        union
        select sources.source as word from app.sources where sources.subdistrict_id = p_subdistrict_id
    ) as listed
$$;

-- What figures tell a case by, two bytes each: kind, colour, channel, state and source (their places among the words,
-- 0 for none), and the local hour of report with eleven bits of what went well (queries.packed_days.Sign).
create or replace function app.packed_traits(
    p_words text[], p_kind text, p_risk text, p_channel text, p_state text, p_source text, p_hour smallint,
    p_signs integer
)
returns bytea
language sql immutable parallel safe
as $$
    select int4send(coalesce(array_position(p_words, p_kind), 0) * 65536 + coalesce(array_position(p_words, p_risk), 0))
        || int4send(
            coalesce(array_position(p_words, p_channel), 0) * 65536 + coalesce(array_position(p_words, p_state), 0)
        )
        || int4send(coalesce(array_position(p_words, p_source), 0) * 65536 + p_hour * 2048 + p_signs)
$$;

-- What went well or not with a case, one bit each (queries.packed_days.Sign). Whether it was resolved within a minute
-- of being taken on is told by what came before the resolution: accepted, else dispatched, else reported.
create or replace function app.packed_signs(
    p_is_same_day_counted boolean, p_is_same_day_kept boolean, p_is_same_day_resolved boolean,
    p_is_on_the_spot boolean, p_first_resolved_at timestamptz, p_first_due_at timestamptz, p_state text,
    p_closed_at timestamptz, p_reopened_count smallint, p_reopened_days date[], p_last_reopened_at timestamptz,
    p_accepted_at timestamptz, p_dispatched_at timestamptz, p_reported_at timestamptz, p_level text,
    p_resolved_level text, p_open_spells bytea, p_time_zone text
)
returns integer
language sql stable parallel safe
as $$
    select cast(p_is_same_day_counted as integer) + cast(p_is_same_day_kept as integer) * 2
        + cast(p_is_same_day_resolved as integer) * 4 + cast(p_is_on_the_spot as integer) * 8
        + case when p_first_resolved_at <= p_first_due_at then 16 else 0 end
        + case when p_state in ('withdrawn', 'transferred') and p_closed_at < p_first_due_at then 32 else 0 end
        + case
            when p_first_resolved_at is null then 0
            when app.is_returned(
                    p_first_resolved_at, p_reopened_days, p_last_reopened_at, p_open_spells,
                    cast(p_first_resolved_at at time zone p_time_zone as date) + 30, p_time_zone
                ) then 0
            else 64
        end
        + case when p_reopened_count > 0 then 128 else 0 end
        + case
            when p_state = 'resolved' and p_resolved_level in ('grid', 'community') then 256
            when p_state = 'open' and p_level in ('grid', 'community') then 256
            else 0
        end
        + case
            when p_first_resolved_at - case
                when p_accepted_at <= p_first_resolved_at then p_accepted_at
                when p_dispatched_at <= p_first_resolved_at then p_dispatched_at
                else p_reported_at
            end < interval '1 minute' then 512
            else 0
        end
        + case when p_last_reopened_at >= p_first_resolved_at then 1024 else 0 end
$$;

-- Rows per local day with a case that overlaps p_from to p_to, each column with a value a case, in the same order: by
-- report. Of a packed day all cases as they stand: where one was recorded after p_as_of, with the moments of all in
-- recorded, by which the reader leaves out the later ones; those as they were known then are a second row of the day.
-- words: one a line. reported, recorded: eight bytes. areas, types: four bytes. traits: app.packed_traits. stages:
-- app.packed_stages. spells: app.packed_spells of the cases that have any, spell_counts how many each (two bytes).
-- firsts: first deadline and first resolution, ends: deadline and closing; eight bytes, or the lowest number. places:
-- longitude and latitude, or no numbers. parties: eight bytes, the same for the same, 0 where none is known. likeness:
-- the same for the same source, matter, area, place, party and words, 0 where neither place nor party is known.
-- summaries: the masked ones as UTF-8, each with a byte FF after it, FE where there is none: no text has such bytes.
-- p_columns: those that are asked for, of days that have to be packed; null: all, recorded too. p_anew: all days
-- packed from the cases, as if none was. Planned once in a session: planning takes longer than reading four weeks.
create or replace function app.packed_days_at(
    p_subdistrict_id integer, p_as_of timestamptz, p_from timestamptz, p_to timestamptz, p_columns text[],
    p_anew boolean default false
)
returns table (
    day date, words text, recorded bytea, reported bytea, areas bytea, types bytea, traits bytea, stages bytea,
    spell_counts bytea, spells bytea, firsts bytea, ends bytea, places bytea, parties bytea, likeness bytea,
    case_ids bytea, summaries bytea,
    last_recorded_at timestamptz, last_due_at timestamptz, last_resolved_at timestamptz
)
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
declare
    zone constant text := app.time_zone();
    -- found by their days, taken by their ends
    first_day constant date := cast(p_from at time zone zone as date) - 1;
    last_day constant date := cast(p_to at time zone zone as date) + 1;
begin
    return query
    with store as materialized (
        select app.packed_words(p_subdistrict_id) as words, zone as time_zone
    ),

    listed as materialized (
        select packed_days.day, packed_days.begins_at, packed_days.ends_at
        from app.packed_days
        where packed_days.subdistrict_id = p_subdistrict_id and packed_days.day between first_day and last_day
            and packed_days.ends_at > p_from and packed_days.begins_at < p_to
            and (packed_days.last_recorded_at is null or p_anew)
    ),

    known as (
        select standing.*
        from listed
        cross join lateral (
            select cases.* from app.cases
            where cases.subdistrict_id = p_subdistrict_id and cases.last_recorded_at <= p_as_of
                and cases.reported_at >= listed.begins_at and cases.reported_at < listed.ends_at
            offset 0 -- day by day: otherwise all cases of the subdistrict may be read to join them
        ) as standing
        union all
        select past.*
        from app.cases_folded_at(p_subdistrict_id, p_as_of) as past
        where past.reported_day > first_day and past.reported_at < p_to
    )

    select
        packed_days.day, packed_days.words,
        case when packed_days.last_recorded_at > p_as_of then packed_days.recorded end as recorded,
        packed_days.reported, packed_days.areas, packed_days.types, packed_days.traits, packed_days.stages,
        packed_days.spell_counts, packed_days.spells, packed_days.firsts, packed_days.ends, packed_days.places,
        packed_days.parties, packed_days.likeness,
        packed_days.case_ids, packed_days.summaries, packed_days.last_recorded_at,
        packed_days.last_due_at, packed_days.last_resolved_at
    from app.packed_days
    where packed_days.subdistrict_id = p_subdistrict_id and packed_days.day between first_day and last_day
        and packed_days.ends_at > p_from and packed_days.begins_at < p_to
        and packed_days.last_recorded_at is not null and not p_anew
    union all
    select
        known.reported_day as day,
        (select array_to_string(store.words, chr(10)) from store) as words,
        string_agg(timestamptz_send(known.last_recorded_at), '') filter (where p_columns is null) as recorded,
        string_agg(timestamptz_send(known.reported_at), '')
            filter (where p_columns is null or 'reported' = any(p_columns)) as reported,
        string_agg(int4send(known.area_id), '')
            filter (where p_columns is null or 'areas' = any(p_columns)) as areas,
        string_agg(int4send(known.type_id), '')
            filter (where p_columns is null or 'types' = any(p_columns)) as types,
        string_agg(
            app.packed_traits(
                store.words, known.kind, known.risk, known.channel, known.state, known.source, known.reported_hour,
                app.packed_signs(
                    known.is_same_day_counted, known.is_same_day_kept, known.is_same_day_resolved,
                    known.is_on_the_spot, known.first_resolved_at, known.first_due_at, known.state, known.closed_at,
                    known.reopened_count, known.reopened_days, known.last_reopened_at,
                    known.accepted_at, known.dispatched_at, known.reported_at, known.level, known.resolved_level,
                    known.open_spells, store.time_zone
                )
            ),
            ''
        )
            filter (where p_columns is null or 'traits' = any(p_columns)) as traits,
        string_agg(known.stage_times, '')
            filter (where p_columns is null or 'stages' = any(p_columns)) as stages,
        string_agg(
            int2send(cast(coalesce(octet_length(known.open_spells), 0) / 12 as smallint)), ''
        )
            filter (where p_columns is null or 'spell_counts' = any(p_columns)) as spell_counts,
        string_agg(known.open_spells, '')
            filter (where p_columns is null or 'spells' = any(p_columns)) as spells,
        string_agg(
            timestamptz_send(coalesce(known.first_due_at, '-infinity'))
            || timestamptz_send(coalesce(known.first_resolved_at, '-infinity')),
            ''
        )
            filter (where p_columns is null or 'firsts' = any(p_columns)) as firsts,
        string_agg(
            timestamptz_send(coalesce(known.due_at, '-infinity'))
            || timestamptz_send(coalesce(known.closed_at, '-infinity')),
            ''
        )
            filter (where p_columns is null or 'ends' = any(p_columns)) as ends,
        string_agg(float8send(coalesce(known.lon, 'NaN')) || float8send(coalesce(known.lat, 'NaN')), '')
            filter (where p_columns is null or 'places' = any(p_columns)) as places,
        string_agg(int8send(coalesce(hashtextextended(known.party_key, 0), 0)), '')
            filter (where p_columns is null or 'parties' = any(p_columns)) as parties,
        string_agg(
            int8send(
                case
                    when known.lon is not null or known.party_key is not null then hash_record_extended(
                        row(
                            known.source, known.area_id, known.type_id, known.lon, known.lat, known.party_key,
                            known.summary
                        ),
                        0
                    ) else 0
                end
            ),
            ''
        )
            filter (where p_columns is null or 'likeness' = any(p_columns)) as likeness,
        string_agg(int8send(known.case_id), '')
            filter (where p_columns is null or 'case_ids' = any(p_columns)) as case_ids,
        string_agg(coalesce(convert_to(known.summary, 'UTF8'), '\xfe') || '\xff', '')
            filter (where p_columns is null or 'summaries' = any(p_columns)) as summaries,
        max(known.last_recorded_at) as last_recorded_at,
        max(known.first_due_at) as last_due_at,
        max(known.first_resolved_at) as last_resolved_at
    from (select known.* from known order by known.reported_day, known.reported_at, known.case_id) as known
    cross join store
    group by known.reported_day;
end
$$;

-- From when on days have to be looked at to find all with a first deadline from p_due_from on or a first resolution
-- from p_resolved_from on (infinity: none is looked for). Of the past it is not known: what changed since was folded.
create or replace function app.packed_since(
    p_subdistrict_id integer, p_as_of timestamptz, p_due_from timestamptz, p_resolved_from timestamptz
)
returns timestamptz
language sql stable
as $$
    select case
        when app.is_present(p_subdistrict_id, p_as_of) then (
                select coalesce(min(packed_days.begins_at), 'infinity')
                from app.packed_days
                where packed_days.subdistrict_id = p_subdistrict_id
                    and (
                        packed_days.last_due_at >= p_due_from or packed_days.last_resolved_at >= p_resolved_from
                        or packed_days.last_recorded_at is null
                    )
            )
        else '-infinity'
    end
$$;

-- Each area's number and the point where its name stands on the map: eight bytes each.
create or replace function app.packed_label_points(p_subdistrict_id integer) returns bytea
language sql stable
as $$
    select string_agg(int8send(areas.area_id) || float8send(areas.lon) || float8send(areas.lat), '')
    from app.areas
    where areas.subdistrict_id = p_subdistrict_id and areas.lon is not null and areas.lat is not null
$$;

-- The kind of each area of a level, as JSON by the area's number.
create or replace function app.packed_unit_kinds(p_subdistrict_id integer, p_level text) returns bytea
language sql stable
as $$
    select convert_to(cast(jsonb_object_agg(areas.area_id, areas.kind) as text), 'UTF8')
    from app.areas
    where areas.subdistrict_id = p_subdistrict_id and areas.level = p_level
$$;

-- Packs days that are over and not packed, the oldest of them first, so many at most; returns how many. Until the
-- newest record lies beyond a day, cases of it come in.
create or replace function app.pack_days(p_subdistrict_id integer, p_days integer) returns integer
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
as $$
declare
    waiting record;
    packed integer := 0;
begin
    -- writers wait, for milliseconds: what is read here must not change before it is written
    perform pg_advisory_xact_lock(hashtext('app.absorb'), p_subdistrict_id);
    for waiting in
        select packed_days.day, packed_days.begins_at, packed_days.ends_at
        from app.packed_days
        inner join app.subdistricts on packed_days.subdistrict_id = subdistricts.subdistrict_id
        where packed_days.subdistrict_id = p_subdistrict_id
            and packed_days.last_recorded_at is null and packed_days.ends_at <= subdistricts.last_recorded_at
        order by packed_days.ends_at
        limit p_days
    loop
        update app.packed_days
        set words = made.words, recorded = made.recorded, reported = made.reported, areas = made.areas,
            types = made.types, traits = made.traits, stages = made.stages, spell_counts = made.spell_counts,
            spells = made.spells, firsts = made.firsts, ends = made.ends, places = made.places, parties = made.parties,
            likeness = made.likeness, case_ids = made.case_ids, summaries = made.summaries,
            last_due_at = made.last_due_at, last_resolved_at = made.last_resolved_at,
            last_recorded_at = made.last_recorded_at
        from app.packed_days_at(p_subdistrict_id, 'infinity', waiting.begins_at, waiting.ends_at, null) as made
        where packed_days.subdistrict_id = p_subdistrict_id and packed_days.day = waiting.day
            and made.day = waiting.day;
        if not found then
            delete from app.packed_days -- no case is left
            where packed_days.subdistrict_id = p_subdistrict_id and packed_days.day = waiting.day;
        end if;
        packed := packed + 1;
    end loop;
    return packed;
end
$$;

-- Unpacks days; what they held is packed anew from the cases.
create or replace function app.unpack_days(p_subdistrict_id integer, p_days date[]) returns void
language sql
as $$
    update app.packed_days
    set words = null, recorded = null, reported = null, areas = null, types = null, traits = null, stages = null,
        spell_counts = null, spells = null, firsts = null, ends = null, places = null, parties = null, likeness = null,
        case_ids = null, summaries = null, last_due_at = null, last_resolved_at = null,
        last_recorded_at = null
    where packed_days.subdistrict_id = p_subdistrict_id and packed_days.day = any(p_days)
        and packed_days.last_recorded_at is not null
$$;

-- The days of the cases that the door has touched, before and after: unpacked, and those that are new laid out.
create or replace function app.door_unpack(p_subdistrict_id integer) returns void
language plpgsql
as $$
declare
    touched date[];
begin
    select array_agg(distinct door_image.reported_day) into touched from pg_temp.door_image;
    perform app.unpack_days(p_subdistrict_id, touched);
    insert into app.packed_days (subdistrict_id, day, begins_at, ends_at)
    select p_subdistrict_id, new.day, new.midnights[1], new.midnights[2]
    from (
        select listed.day, app.midnights(listed.day, listed.day + 1, zone.name) as midnights
        from unnest(touched) as listed (day)
        cross join (select app.time_zone() as name) as zone
        where not exists (
            select 1 from app.packed_days
            where packed_days.subdistrict_id = p_subdistrict_id and packed_days.day = listed.day
        )
    ) as new;
end
$$;

-- The cases of app.cases_before in one row of such columns: reported before p_from, perhaps open at it or later.
-- Planned for each question: how many those are depends on p_from.
create or replace function app.packed_before(
    p_subdistrict_id integer, p_as_of timestamptz, p_from timestamptz, p_columns text[]
)
returns table (
    words text, reported bytea, areas bytea, types bytea, traits bytea, stages bytea, spell_counts bytea, spells bytea,
    firsts bytea, ends bytea, places bytea, parties bytea, case_ids bytea
)
language plpgsql stable rows 1 set plan_cache_mode = force_custom_plan
as $$
begin
    return query
    with store as materialized (
        select app.packed_words(p_subdistrict_id) as words, app.time_zone() as time_zone
    )

    select
        (select array_to_string(store.words, chr(10)) from store) as words,
        string_agg(timestamptz_send(earlier.reported_at), '') filter (where 'reported' = any(p_columns)) as reported,
        string_agg(int4send(earlier.area_id), '') filter (where 'areas' = any(p_columns)) as areas,
        string_agg(int4send(earlier.type_id), '') filter (where 'types' = any(p_columns)) as types,
        string_agg(
            app.packed_traits(
                store.words, earlier.kind, earlier.risk, earlier.channel, earlier.state, earlier.source,
                earlier.reported_hour,
                app.packed_signs(
                    earlier.is_same_day_counted, earlier.is_same_day_kept, earlier.is_same_day_resolved,
                    earlier.is_on_the_spot, earlier.first_resolved_at, earlier.first_due_at, earlier.state,
                    earlier.closed_at, earlier.reopened_count, earlier.reopened_days, earlier.last_reopened_at,
                    earlier.accepted_at, earlier.dispatched_at, earlier.reported_at, earlier.level,
                    earlier.resolved_level, earlier.open_spells, store.time_zone
                )
            ),
            ''
        ) filter (where 'traits' = any(p_columns)) as traits,
        string_agg(earlier.stage_times, '') filter (where 'stages' = any(p_columns)) as stages,
        string_agg(
            int2send(cast(coalesce(octet_length(earlier.open_spells), 0) / 12 as smallint)), ''
        ) filter (where 'spell_counts' = any(p_columns)) as spell_counts,
        string_agg(earlier.open_spells, '') filter (where 'spells' = any(p_columns)) as spells,
        string_agg(
            timestamptz_send(coalesce(earlier.first_due_at, '-infinity'))
            || timestamptz_send(coalesce(earlier.first_resolved_at, '-infinity')),
            ''
        ) filter (where 'firsts' = any(p_columns)) as firsts,
        string_agg(
            timestamptz_send(coalesce(earlier.due_at, '-infinity'))
            || timestamptz_send(coalesce(earlier.closed_at, '-infinity')),
            ''
        ) filter (where 'ends' = any(p_columns)) as ends,
        string_agg(float8send(coalesce(earlier.lon, 'NaN')) || float8send(coalesce(earlier.lat, 'NaN')), '')
            filter (where 'places' = any(p_columns)) as places,
        string_agg(int8send(coalesce(hashtextextended(earlier.party_key, 0), 0)), '')
            filter (where 'parties' = any(p_columns)) as parties,
        string_agg(int8send(earlier.case_id), '') filter (where 'case_ids' = any(p_columns)) as case_ids
    from app.cases_before(p_subdistrict_id, p_as_of, p_from) as earlier
    cross join store;
end
$$;
