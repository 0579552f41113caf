-- What the duty officer does, and the mode a subdistrict works in. Each takes the subdistrict's turn among the batches,
-- and its moment lies after theirs: what was asked as of one of them does not change by it.

-- Takes the turn, and returns the moment of what is to be noted: after the newest batch, and after all noted before.
create or replace function app.take_turn(p_subdistrict_id integer) returns timestamptz
language plpgsql
set search_path = app, pg_temp
as $$
declare
    turn_moment timestamptz;
begin
    perform pg_advisory_xact_lock(hashtext('app.absorb'), p_subdistrict_id);
    select greatest(
        clock_timestamp(),
        subdistricts.last_recorded_at + interval '1 microsecond',
        app.noted_at(p_subdistrict_id) + interval '1 microsecond'
    )
    into turn_moment
    from app.subdistricts
    where subdistricts.subdistrict_id = p_subdistrict_id;
    if turn_moment is null then
        raise exception 'there is no subdistrict %', p_subdistrict_id;
    end if;
    return turn_moment;
end
$$;

-- Tells the listeners that something beside the cases has changed.
create or replace function app.announce(p_subdistrict_id integer) returns void
language plpgsql
set search_path = app, pg_temp
as $$
declare
    new_version bigint;
begin
    update app.subdistricts set version = subdistricts.version + 1
    where subdistricts.subdistrict_id = p_subdistrict_id
    returning version into new_version;
    perform pg_notify('grid_governance', p_subdistrict_id || ':' || new_version);
end
$$;

-- Notes one thing that a person did in a case's log, through the door. The source of the case has not spoken by it: its
-- sign of life stays as it was. Fails where the door does not take it. For whoever has the subdistrict's turn.
create or replace function app.note_in_log(
    p_subdistrict_id integer, p_case_id bigint, p_event text, p_escalation_no integer, p_at timestamptz, p_by text
) returns void
language plpgsql
set search_path = app, pg_temp
as $$
declare
    noted app.cases;
    new_batch_id bigint;
    last_beat timestamptz;
    taken integer;
begin
    select * into noted from app.cases
    where cases.subdistrict_id = p_subdistrict_id and cases.case_id = p_case_id;
    if noted.case_id is null then
        raise exception 'subdistrict % has no case %', p_subdistrict_id, p_case_id;
    end if;
    select source_heartbeats.beat_at into last_beat from app.source_heartbeats
    where source_heartbeats.subdistrict_id = p_subdistrict_id and source_heartbeats.source = noted.source;
    new_batch_id := app.open_batch(p_subdistrict_id, noted.source, 'live');
    insert into app.inbox (batch_id, row_no, external_id, event, occurred_at, actor, escalation_no)
    values (new_batch_id, 1, noted.external_id, p_event, p_at, p_by, p_escalation_no);
    perform app.seal(new_batch_id);
    perform app.absorb(new_batch_id);
    update app.source_heartbeats set beat_at = last_beat
    where source_heartbeats.subdistrict_id = p_subdistrict_id and source_heartbeats.source = noted.source
        and last_beat is not null;
    select import_batches.rows_new into taken from app.import_batches where import_batches.batch_id = new_batch_id;
    if taken is distinct from 1 then
        raise exception 'the log of case % takes no row %', p_case_id, p_event;
    end if;
end
$$;

-- Someone has seen a case: kept once for each person, and in the case's log. Returns the person's acknowledgement,
-- the first where there are several tries.
create or replace function app.acknowledge(
    p_subdistrict_id integer, p_case_id bigint, p_by text, p_note text default ''
) returns bigint
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    known_id bigint;
begin
    if coalesce(trim(p_by), '') = '' then
        raise exception 'an acknowledgement needs a name';
    end if;
    moment := app.take_turn(p_subdistrict_id);
    select acknowledgements.acknowledgement_id into known_id
    from app.acknowledgements
    where acknowledgements.subdistrict_id = p_subdistrict_id
        and acknowledgements.case_id = p_case_id
        and acknowledgements.acknowledged_by = p_by;
    if known_id is not null then
        return known_id;
    end if;
    insert into app.acknowledgements (subdistrict_id, case_id, acknowledged_at, acknowledged_by, note)
    values (p_subdistrict_id, p_case_id, moment, p_by, p_note)
    returning acknowledgement_id into known_id;
    perform app.note_in_log(p_subdistrict_id, p_case_id, 'acknowledged', null, moment, p_by);
    return known_id;
end
$$;

-- The shift is handed over with a note. The same words again within a minute are a second tap: the first one stands.
create or replace function app.hand_over(
    p_subdistrict_id integer, p_from text, p_to text, p_note text default '', p_recorded_by text default ''
) returns bigint
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    known_id bigint;
begin
    if coalesce(trim(p_to), '') = '' then
        raise exception 'a handover needs the name of who takes over';
    end if;
    moment := app.take_turn(p_subdistrict_id);
    select handovers.handover_id into known_id
    from app.handovers
    where handovers.subdistrict_id = p_subdistrict_id
        and handovers.handed_at > moment - interval '1 minute'
        and (handovers.from_officer, handovers.to_officer, handovers.note) = (p_from, p_to, p_note)
    order by handovers.handed_at
    limit 1;
    if known_id is not null then
        return known_id;
    end if;
    insert into app.handovers (subdistrict_id, handed_at, from_officer, to_officer, note, version, recorded_by)
    select p_subdistrict_id, moment, p_from, p_to, p_note, subdistricts.version, p_recorded_by
    from app.subdistricts where subdistricts.subdistrict_id = p_subdistrict_id
    returning handover_id into known_id;
    perform app.announce(p_subdistrict_id);
    return known_id;
end
$$;

-- A person sets the mode. Held, no rule changes it until a person hands it back (p_is_held false, the same mode).
create or replace function app.set_mode(
    p_subdistrict_id integer, p_mode text, p_reason_zh text, p_reason_en text, p_is_held boolean default true
) returns void
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
begin
    moment := app.take_turn(p_subdistrict_id);
    insert into app.operating_mode (subdistrict_id, since, mode, reason_zh, reason_en, recorded_at, is_held)
    values (p_subdistrict_id, moment, p_mode, p_reason_zh, p_reason_en, moment, p_is_held);
    perform app.announce(p_subdistrict_id);
end
$$;

-- A rule sets the mode, if what it has judged by still stands: no row since the one it has seen (null: none), and that
-- one not held. Returns whether it was set; several that watch set it once.
create or replace function app.set_mode_by_rule(
    p_subdistrict_id integer, p_mode text, p_reason_zh text, p_reason_en text, p_seen_since timestamptz
) returns boolean
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    standing app.operating_mode;
begin
    moment := app.take_turn(p_subdistrict_id);
    select * into standing
    from app.operating_mode
    where operating_mode.subdistrict_id = p_subdistrict_id and operating_mode.since <= moment
    order by operating_mode.since desc, operating_mode.recorded_at desc
    limit 1;
    if standing.since is distinct from p_seen_since or coalesce(standing.is_held, false)
        or coalesce(standing.mode, 'normal') = p_mode then
        return false;
    end if;
    insert into app.operating_mode (subdistrict_id, since, mode, reason_zh, reason_en, recorded_at, is_by_rule)
    values (p_subdistrict_id, moment, p_mode, p_reason_zh, p_reason_en, moment, true);
    perform app.announce(p_subdistrict_id);
    return true;
end
$$;

-- Pairs a device with an officer for some hours. The token is returned once; only its hash is kept.
create or replace function app.make_pairing(p_subdistrict_id integer, p_officer text, p_hours double precision)
returns text
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    token text := rtrim(translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/', '-_'), '=');
begin
    if p_hours is null or p_hours <= 0 or p_hours > 72 then
        raise exception 'a pairing lasts more than 0 and at most 72 hours';
    end if;
    insert into app.pairings (token_hash, subdistrict_id, officer, created_at, expires_at)
    values (
        encode(sha256(convert_to(token, 'UTF8')), 'hex'), p_subdistrict_id, trim(p_officer), clock_timestamp(),
        clock_timestamp() + make_interval(secs => 3600 * p_hours)
    );
    return token;
end
$$;

create or replace function app.revoke_pairing(p_pairing_id bigint) returns boolean
language sql security definer
set search_path = app, pg_temp
as $$
    update app.pairings set revoked_at = clock_timestamp()
    where pairings.pairing_id = p_pairing_id and pairings.revoked_at is null
    returning true
$$;

-- The pairing of a token, marked as seen at most once a minute; none where it was revoked or its time is over.
create or replace function app.paired(p_token text)
returns table (pairing_id bigint, subdistrict_id integer, officer text, expires_at timestamptz)
language plpgsql security definer
set search_path = app, pg_temp
as $$
#variable_conflict use_column
declare
    hash text := encode(sha256(convert_to(p_token, 'UTF8')), 'hex');
begin
    update app.pairings set last_seen_at = clock_timestamp()
    where pairings.token_hash = hash and pairings.revoked_at is null and pairings.expires_at > clock_timestamp()
        and (pairings.last_seen_at is null or pairings.last_seen_at < clock_timestamp() - interval '1 minute');
    return query
    select pairings.pairing_id, pairings.subdistrict_id, pairings.officer, pairings.expires_at
    from app.pairings
    where pairings.token_hash = hash and pairings.revoked_at is null and pairings.expires_at > clock_timestamp();
end
$$;

-- What a paired device does is done by the officer it was paired with, in his subdistrict alone. Without a valid
-- pairing nothing is done: null.
create or replace function app.acknowledge_paired(p_token text, p_case_id bigint, p_note text) returns bigint
language sql security definer
set search_path = app, pg_temp
as $$
    select app.acknowledge(device.subdistrict_id, p_case_id, device.officer, p_note)
    from app.paired(p_token) as device
$$;

create or replace function app.hand_over_paired(p_token text, p_from text, p_to text, p_note text) returns bigint
language sql security definer
set search_path = app, pg_temp
as $$
    select app.hand_over(device.subdistrict_id, p_from, p_to, p_note, device.officer)
    from app.paired(p_token) as device
$$;
