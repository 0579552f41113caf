-- One row per source in its order: when it was last heard, and how often it should be. The present alone is kept.
select
    sources.source,
    sources.name_zh,
    sources.name_en,
    source_heartbeats.beat_at,
    source_heartbeats.last_row_at,
    nullif(source_heartbeats.complete_through, '-infinity') as complete_through,
    cast(extract(epoch from sources.expected_every) as double precision) as expected_every,
    sources.records_times
from app.sources
left join app.source_heartbeats
    on sources.subdistrict_id = source_heartbeats.subdistrict_id and sources.source = source_heartbeats.source
where sources.subdistrict_id = :subdistrict_id
order by sources.position, sources.source
