-- A frozen review goes out: who may be sent it, and what came of each attempt.

-- What tells who was sent a document, and is no address.
create or replace function app.recipient_hash(p_checksum text, p_address text) returns text
language sql immutable parallel safe
as $$
    select encode(sha256(convert_to(p_checksum || ' ' || lower(trim(p_address)), 'UTF8')), 'hex')
$$;

-- Claims an address for a document; null where it was sent before, or may have been, or another is sending it.
create or replace function app.claim_mail(p_checksum text, p_address text) returns text
language sql security definer
set search_path = app, pg_temp
as $$
    insert into personal.mailed (recipient_hash) values (app.recipient_hash(p_checksum, p_address))
    on conflict (recipient_hash) do nothing
    returning 'claimed'
$$;

-- Whether an address was sent a document: sent, or unknown where it may have been; null where it was not.
create or replace function app.mail_state(p_checksum text, p_address text) returns text
language sql stable security definer
set search_path = app, pg_temp
as $$
    select case when mailed.sent_at is null then 'unknown' else 'sent' end
    from personal.mailed
    where mailed.recipient_hash = app.recipient_hash(p_checksum, p_address)
$$;

-- It was sent, or surely was not: then it may be claimed again.
create or replace function app.settle_mail(p_checksum text, p_address text, p_is_sent boolean) returns void
language plpgsql security definer
set search_path = app, pg_temp
as $$
begin
    if p_is_sent then
        update personal.mailed set sent_at = clock_timestamp()
        where mailed.recipient_hash = app.recipient_hash(p_checksum, p_address) and mailed.sent_at is null;
    else
        delete from personal.mailed
        where mailed.recipient_hash = app.recipient_hash(p_checksum, p_address) and mailed.sent_at is null;
    end if;
end
$$;

-- Keeps what came of an attempt to deliver a frozen review; what the freeze says is taken from it. Returns the attempt.
create or replace function app.note_delivery(
    p_freeze_id bigint, p_way text, p_recipients integer, p_is_done boolean, p_reason text, p_outcome text
) returns integer
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    frozen app.review_freezes;
    number integer;
begin
    select * into frozen from app.review_freezes where review_freezes.freeze_id = p_freeze_id;
    if frozen.freeze_id is null then
        raise exception 'there is no frozen review %', p_freeze_id;
    end if;
    perform pg_advisory_xact_lock(hashtext('app.note_delivery'), frozen.subdistrict_id);
    select coalesce(max(deliveries.attempt), 0) + 1 into number
    from app.deliveries
    where deliveries.freeze_id = p_freeze_id and deliveries.way = p_way;
    insert into app.deliveries (
        subdistrict_id, freeze_id, period_from, period_to, checksum, way, recipients, attempt, is_done, reason,
        outcome
    )
    values (
        frozen.subdistrict_id, p_freeze_id, frozen.period_from, frozen.period_to, frozen.checksum, p_way, p_recipients,
        number, p_is_done, p_reason, p_outcome
    );
    perform app.announce(frozen.subdistrict_id);
    return number;
end
$$;
