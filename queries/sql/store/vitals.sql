-- One row per source of the subdistrict, or one without a source: the store's version, its newest batch, whether
-- it is fed live, the newest thing noted beside the cases, and when the source was last heard. What a process looks at
-- every few seconds.
select
    subdistricts.version,
    nullif(subdistricts.last_recorded_at, '-infinity') as recorded_at,
    subdistricts.live_since is not null as is_live,
    app.noted_at(subdistricts.subdistrict_id) as noted_at,
    source_heartbeats.source,
    source_heartbeats.beat_at
from app.subdistricts
left join app.source_heartbeats on subdistricts.subdistrict_id = source_heartbeats.subdistrict_id
where subdistricts.subdistrict_id = :subdistrict_id
order by source_heartbeats.source
