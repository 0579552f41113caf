-- One row per wall that was ever given a token, the newest first: until when it holds, when it was last seen. The
-- present alone is kept, whatever as_of says.
select
    wall_tokens.wall_id,
    wall_tokens.label,
    wall_tokens.created_at,
    wall_tokens.expires_at,
    wall_tokens.revoked_at,
    wall_tokens.last_seen_at
from app.wall_tokens
where wall_tokens.subdistrict_id = :subdistrict_id
order by wall_tokens.wall_id desc
