-- Small functions that the door, the folds and the questions share.

create or replace function app.setting_text(p_key text) returns text
language sql stable parallel safe
as $$
    select settings.value #>> '{}' from app.settings where settings.key = p_key
$$;

create or replace function app.time_zone() returns text
language sql stable parallel safe
as $$
    select settings.value #>> '{}' from app.settings where settings.key = 'time_zone'
$$;

-- Midnight that begins a local day, as a moment.
create or replace function app.midnight(p_day date, p_time_zone text) returns timestamptz
language sql immutable parallel safe
as $$
    select cast(p_day as timestamp) at time zone p_time_zone
$$;

-- When each day from p_from to p_to begins, in order: where clocks go back to midnight, at the first of its two.
create or replace function app.midnights(p_from date, p_to date, p_time_zone text) returns timestamptz[]
language sql immutable parallel safe
as $$
    select
        array_agg(
            case
                when cast((begun.at - interval '1 hour') at time zone p_time_zone as date) = begun.day
                    then begun.at - interval '1 hour'
                else begun.at
            end
            order by begun.day
        )
    from (
        select
            p_from + listed.number as day,
            app.midnight(p_from + listed.number, p_time_zone) as at
        from generate_series(0, p_to - p_from) as listed (number)
    ) as begun
$$;

-- A moment as four bytes: its whole seconds since 2000 (UTC), the highest byte first; the lowest number there is stands
-- for none. Strung together, thousands of them are handed out as one value (queries/packed.py reads them).
create or replace function app.packed_moment(p_moment timestamptz) returns bytea
language sql stable parallel safe
as $$
    select case
        when p_moment is null then '\x80000000'
        else int4send(cast(greatest(-2147483647, least(2147483647, floor(date_part('epoch', p_moment) - 946684800)))
            as integer))
    end
$$;

-- The moments of a case's stages, in the order of the parameters; p_left_at: withdrawn or handed over for good.
create or replace function app.packed_stages(
    p_discovered_at timestamptz, p_reported_at timestamptz, p_dispatched_at timestamptz,
    p_first_resolved_at timestamptz, p_resolved_at timestamptz, p_fed_back_at timestamptz,
    p_evaluated_at timestamptz, p_left_at timestamptz
)
returns bytea
language sql stable parallel safe
as $$
    select app.packed_moment(p_discovered_at) || app.packed_moment(p_reported_at)
        || app.packed_moment(p_dispatched_at) || app.packed_moment(p_first_resolved_at)
        || app.packed_moment(p_resolved_at) || app.packed_moment(p_fed_back_at)
        || app.packed_moment(p_evaluated_at) || app.packed_moment(p_left_at)
$$;

-- When a case was open: for each spell the report of the case, the spell's beginning and its end, packed; no end: it
-- still is open. The arrays run in step, newest first: the state that each row gives (null: none) and its moment. A
-- second opening without a closing between changes nothing, nor does a second closing.
create or replace function app.packed_spells(
    p_reported_at timestamptz, p_states text[], p_occurred_ats timestamptz[]
)
returns bytea
language sql stable parallel safe
as $$
    with moves as (
        select
            told.occurred_at,
            told.position,
            told.state = 'open' as is_open,
            lag(told.state = 'open', 1, false) over (order by told.position desc) as was_open
        from unnest(p_states, p_occurred_ats) with ordinality as told (state, occurred_at, position)
        where told.state is not null
    ),

    turns as (
        select
            moves.is_open, moves.occurred_at, moves.position,
            lead(moves.occurred_at) over (order by moves.position desc) as next_at
        from moves
        where moves.is_open <> moves.was_open
    )

    select string_agg(
        app.packed_moment(p_reported_at) || app.packed_moment(turns.occurred_at) || app.packed_moment(turns.next_at),
        '' order by turns.position desc
    )
    from turns
    where turns.is_open
$$;

-- Whether a case was opened at one of these moments, by its spells (app.packed_spells): from p_from on, before p_to.
create or replace function app.is_opened_within(p_open_spells bytea, p_from timestamptz, p_to timestamptz)
returns boolean
language sql stable parallel safe
as $$
    select exists (
        select 1
        from generate_series(5, octet_length(p_open_spells), 12) as spell (place)
        where substr(p_open_spells, spell.place, 4) >= app.packed_moment(p_from)
            and substr(p_open_spells, spell.place, 4) < app.packed_moment(p_to)
    )
$$;

-- Whether a case was reopened from its first resolution on up to the end of p_last_day, which is no day before it. What
-- was reopened on the day of the resolution, but before it, has not come back: it was taken up again.
create or replace function app.is_returned(
    p_first_resolved_at timestamptz, p_reopened_days date[], p_last_reopened_at timestamptz, p_open_spells bytea,
    p_last_day date, p_time_zone text
)
returns boolean
language sql stable parallel safe
as $$
    select case
        when p_last_reopened_at >= p_first_resolved_at then
            -- on a day after: more reopenings had been by the last of them than by the end of that day
            width_bucket(p_last_day, p_reopened_days)
            > width_bucket(cast(p_first_resolved_at at time zone p_time_zone as date), p_reopened_days)
            or (
                cast(p_first_resolved_at at time zone p_time_zone as date) = any(p_reopened_days)
                and app.is_opened_within(
                    p_open_spells, p_first_resolved_at,
                    app.midnight(cast(p_first_resolved_at at time zone p_time_zone as date) + 1, p_time_zone)
                )
            )
        else false
    end
$$;

-- The order of two events at one moment: vocabulary.Event.
create or replace function app.stage_order(p_event text) returns smallint
language sql immutable parallel safe
as $$
    select cast(case p_event
        when 'discovered' then 1 when 'reported' then 2 when 'dispatched' then 3 when 'accepted' then 4
        when 'escalated' then 5 when 'answered' then 6 when 'supervised' then 7 when 'acknowledged' then 8
        when 'resolved' then 9 when 'fed_back' then 10 when 'evaluated' then 11 when 'reopened' then 12
        when 'reassigned' then 13 when 'deadline_changed' then 14 when 'withdrawn' then 15 when 'corrected' then 16
    end as smallint)
$$;

-- A keyed hash (SHA-256 within SHA-256, shortened to 128 bits) of what identifies a person.
create or replace function app.party_key(p_party text, p_secret bytea) returns text
language sql immutable parallel safe
as $$
    select substr(encode(sha256(
        decode(repeat('5c', 32), 'hex') || p_secret
        || sha256(decode(repeat('36', 32), 'hex') || p_secret || convert_to(p_party, 'UTF8'))
    ), 'hex'), 1, 32)
$$;

create or replace function app.add_bins(p_left integer[], p_right integer[]) returns integer[]
language sql immutable parallel safe
as $$
    select array_agg(pair.left_bin + pair.right_bin order by pair.position)
    from unnest(p_left, p_right) with ordinality as pair (left_bin, right_bin, position)
$$;

-- Null where the text is not a moment in ISO 8601 form, instead of an error: corrections bring their value as text.
-- Words that Postgres would take (yesterday, infinity) are not moments; without an offset it is UTC.
create or replace function app.time_or_null(p_text text) returns timestamptz
language plpgsql stable strict
as $$
begin
    if p_text !~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?'
        || '( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?$') then
        return null;
    end if;
    return cast(p_text as timestamptz);
exception when others then
    return null;
end
$$;
