-- One row: the case of that number as known at as_of; none where it was not known then. With the names of its area, of
-- the community above it, of its matter, its channel and the department it waits at.
select
    known.case_id,
    known.source,
    known.kind,
    known.risk,
    known.summary,
    case_types.name_zh as matter_zh,
    case_types.name_en as matter_en,
    areas.area_id,
    areas.code as area_code,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    community.code as community_code,
    community.name_zh as community_zh,
    community.name_en as community_en,
    coalesce(channel.name_zh, known.channel) as channel_zh,
    coalesce(channel.name_en, known.channel) as channel_en,
    known.level,
    known.state,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    known.discovered_at,
    known.reported_at,
    known.dispatched_at,
    known.accepted_at,
    known.first_resolved_at,
    known.fed_back_at,
    known.evaluated_at,
    known.closed_at,
    known.first_due_at,
    known.due_at,
    known.reopened_count,
    known.deadline_changes,
    known.satisfaction,
    known.is_on_the_spot,
    known.source = any(cast(app.untimed_sources(:subdistrict_id) as text[])) as is_untimed,
    known.lon,
    known.lat
from app.cases_at(:subdistrict_id, :as_of) as known
inner join app.case_types on known.type_id = case_types.type_id
inner join app.areas on known.area_id = areas.area_id
left join app.departments on known.department_id = departments.department_id
left join app.labels as channel on channel.topic = 'channel' and known.channel = channel.code
left join lateral (
    select above.code, above.name_zh, above.name_en
    from app.area_closure as line
    inner join app.areas as above on line.ancestor_id = above.area_id
    where line.descendant_id = known.area_id and above.level = 'community' and above.area_id <> known.area_id
    order by above.area_id
    limit 1
) as community on true
where known.case_id = :case_id
