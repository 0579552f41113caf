-- Walls: who may look, and when each was last seen. Tokens are made by app.make_wall_token; only their hashes are kept.

-- Revokes a wall's token; false where there is none of that number that holds. Open walls turn it off within seconds.
create or replace function app.revoke_wall_token(p_subdistrict_id integer, p_wall_id integer) returns boolean
language sql security definer
set search_path = app, pg_temp
as $$
    with revoked as (
        update app.wall_tokens
        set revoked_at = clock_timestamp()
        where wall_tokens.subdistrict_id = p_subdistrict_id
            and wall_tokens.wall_id = p_wall_id
            and wall_tokens.revoked_at is null
        returning 1
    )

    select exists (select 1 from revoked)
$$;

-- The walls whose tokens hold, with the hashes by which a screen server knows them.
create or replace function app.admitted_walls(p_subdistrict_id integer)
returns table (wall_id integer, token_hash text, expires_at timestamptz)
language sql stable security definer
set search_path = app, pg_temp
as $$
    select wall_tokens.wall_id, wall_tokens.token_hash, wall_tokens.expires_at
    from app.wall_tokens
    where wall_tokens.subdistrict_id = p_subdistrict_id
        and wall_tokens.revoked_at is null
        and wall_tokens.expires_at > clock_timestamp()
$$;

-- Keeps when walls were last seen: many in one call, each at most once a minute. Never goes back.
create or replace function app.walls_seen(
    p_subdistrict_id integer, p_wall_ids integer[], p_seen_at timestamptz[]
) returns void
language sql security definer
set search_path = app, pg_temp
as $$
    update app.wall_tokens
    set last_seen_at = greatest(wall_tokens.last_seen_at, seen.seen_at)
    from unnest(p_wall_ids, p_seen_at) as seen (wall_id, seen_at)
    where wall_tokens.subdistrict_id = p_subdistrict_id and wall_tokens.wall_id = seen.wall_id
$$;
