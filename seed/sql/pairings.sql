-- One row per paired device, newest first: whose it is, until when, and when it was last seen.
select
    pairings.pairing_id,
    pairings.officer,
    pairings.created_at,
    pairings.expires_at,
    pairings.revoked_at,
    pairings.last_seen_at,
    pairings.revoked_at is null and pairings.expires_at > cast(:now as timestamptz) as is_valid
from app.pairings
order by pairings.pairing_id desc
limit :rows
