-- One row per wall whose token holds: its number, the token's hash, until when.
select
    admitted.wall_id,
    admitted.token_hash,
    admitted.expires_at
from app.admitted_walls(:subdistrict_id) as admitted
