-- Keeps when each of these walls was last seen; the two arrays go together.
select app.walls_seen(
    :subdistrict_id, cast(:wall_ids as integer[]), cast(:seen_at as timestamptz[])
)
