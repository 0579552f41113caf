-- The few things a screen or a feeder may do besides reading: each a named function.

-- Keeps a source's complete-through mark in their history, where it is the first in its local day (see
-- tables/0005_completeness.sql). Given again, or with an earlier mark, it changes nothing. Its moment is not before the
-- last one's, whatever the clock says.
create or replace function app.keep_mark(
    p_subdistrict_id integer, p_source text, p_complete_through timestamptz, p_recorded_at timestamptz
) returns void
language sql
set search_path = app, pg_temp
as $$
    insert into app.completeness_marks (subdistrict_id, source, through_day, complete_through, recorded_at)
    select
        p_subdistrict_id, p_source, given.through_day, p_complete_through,
        greatest(p_recorded_at, (
            select max(earlier.recorded_at)
            from app.completeness_marks as earlier
            where earlier.subdistrict_id = p_subdistrict_id and earlier.source = p_source
        ))
    from (select cast(p_complete_through at time zone app.time_zone() as date) as through_day) as given
    where p_complete_through > '-infinity'
        and not exists (
            select 1
            from app.completeness_marks as kept
            where kept.subdistrict_id = p_subdistrict_id
                and kept.source = p_source
                and kept.through_day >= given.through_day
        )
    on conflict (subdistrict_id, source, through_day) do nothing
$$;

-- A source says that it is alive (and through when its records are complete) though it has nothing new.
-- A mark that reaches a new local day takes its turn among the batches, and its moment lies after theirs: what was
-- asked as of one of them does not change by it. One transaction for each source: with a row of source_heartbeats in
-- hand, the turn must not be waited for.
create or replace function app.heartbeat(
    p_subdistrict_id integer, p_source text, p_complete_through timestamptz default null
) returns void
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    now_moment timestamptz;
begin
    if p_complete_through > '-infinity' and not exists (
        select 1
        from app.completeness_marks as kept
        where kept.subdistrict_id = p_subdistrict_id
            and kept.source = p_source
            and kept.through_day >= cast(p_complete_through at time zone app.time_zone() as date)
    ) then
        perform pg_advisory_xact_lock(hashtext('app.absorb'), p_subdistrict_id);
        select greatest(max(subdistricts.last_recorded_at) + interval '1 microsecond', clock_timestamp()) into now_moment
        from app.subdistricts
        where subdistricts.subdistrict_id = p_subdistrict_id;
        perform app.keep_mark(p_subdistrict_id, p_source, p_complete_through, now_moment);
    end if;
    insert into app.source_heartbeats as standing (subdistrict_id, source, beat_at, complete_through)
    values (p_subdistrict_id, p_source, clock_timestamp(), coalesce(p_complete_through, '-infinity'))
    on conflict (subdistrict_id, source) do update set
        beat_at = greatest(standing.beat_at, excluded.beat_at),
        complete_through = greatest(standing.complete_through, excluded.complete_through);
    perform pg_notify('grid_governance', subdistricts.subdistrict_id || ':' || subdistricts.version)
    from app.subdistricts where subdistricts.subdistrict_id = p_subdistrict_id;
end
$$;

-- Freezes a review as its document says it was made: whose period, as known when, by which definitions. Null where the
-- same period was frozen as of the same moment.
create or replace function app.freeze_review(p_subdistrict_id integer, p_document text, p_by text) returns bigint
language sql security definer
set search_path = app, pg_temp
as $$
    insert into app.review_freezes (
        subdistrict_id, period_from, period_to, as_of, definitions, document, checksum, frozen_by
    )
    select
        p_subdistrict_id,
        cast(said.held #>> '{period,first}' as date),
        cast(said.held #>> '{period,last}' as date),
        cast(said.held ->> 'as_of' as timestamptz),
        said.held ->> 'definitions',
        p_document,
        encode(sha256(convert_to(p_document, 'UTF8')), 'hex'),
        p_by
    from (select cast(p_document as jsonb) as held) as said
    on conflict (subdistrict_id, period_from, period_to, as_of) do nothing
    returning freeze_id
$$;

-- Makes a token for a wall display. The token is shown once; only its hash is kept.
create or replace function app.make_wall_token(p_subdistrict_id integer, p_label text, p_days integer)
returns text
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    token text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
    insert into app.wall_tokens (token_hash, subdistrict_id, label, created_at, expires_at)
    values (
        encode(sha256(convert_to(token, 'UTF8')), 'hex'), p_subdistrict_id, p_label, clock_timestamp(),
        clock_timestamp() + make_interval(days => p_days)
    );
    return token;
end
$$;
