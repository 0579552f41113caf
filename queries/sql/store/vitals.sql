-- One row per source of the subdistrict, or one without a source: the store's version, its newest batch, whether
-- it is fed live, the newest thing noted beside the cases, and when the source was last heard. What a process looks at
-- every few seconds. A store is fed live once a batch came live, or a source said that it is alive: history is heard of
-- by its rows alone.
select
    subdistricts.version,
    nullif(subdistricts.last_recorded_at, '-infinity') as recorded_at,
    subdistricts.live_since is not null
    or (
        select count(*) > 0
        from app.source_heartbeats as alive
        where alive.subdistrict_id = subdistricts.subdistrict_id
            and coalesce(alive.beat_at > alive.last_row_at, true)
    ) as is_live,
    app.noted_at(subdistricts.subdistrict_id) as noted_at,
    source_heartbeats.source,
    source_heartbeats.beat_at
from app.subdistricts
left join app.source_heartbeats on subdistricts.subdistrict_id = source_heartbeats.subdistrict_id
where subdistricts.subdistrict_id = :subdistrict_id
order by source_heartbeats.source
