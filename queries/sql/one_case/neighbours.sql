-- One row per other case reported at the same grid within 30 days of this one, before or after, that is of the same
-- matter or lies within 100 m of it: the nearest in time first, 12 at most. Withdrawn ones are left out. A grid's own
-- label point is a default and no place.
with itself as (
    select
        known.case_id, known.area_id, known.type_id, known.reported_at, known.lon, known.lat,
        areas.lon as default_lon, areas.lat as default_lat,
        known.lon is not null and not coalesce(known.lon = areas.lon and known.lat = areas.lat, false) as is_located
    from app.cases_at(:subdistrict_id, :as_of) as known
    inner join app.areas on known.area_id = areas.area_id
    where known.case_id = :case_id
),

others as (
    select
        near.case_id, near.reported_at, near.kind, near.risk, near.summary, near.type_id,
        case
            when near.state = 'open' and near.source = any(cast(app.untimed_sources(:subdistrict_id) as text[]))
                then 'not_recorded'
            else near.state
        end as state,
        near.type_id = itself.type_id as is_same_matter,
        abs(extract(epoch from near.reported_at - itself.reported_at)) as seconds_apart,
        itself.is_located and near.lon is not null
        and not coalesce(near.lon = itself.default_lon and near.lat = itself.default_lat, false) as is_measured,
        -- 111 320 m to a degree of latitude
        111320 * sqrt(
            power(near.lat - itself.lat, 2) + power(cos(radians(itself.lat)) * (near.lon - itself.lon), 2)
        ) as metres
    from itself
    -- looked up by place and time of the one case; the limit is far above what a grid has in two months
    cross join lateral (
        select of_place.*
        from app.cases_at(:subdistrict_id, :as_of) as of_place
        where of_place.area_id = itself.area_id
            and of_place.reported_at >= itself.reported_at - interval '30 days'
            and of_place.reported_at <= itself.reported_at + interval '30 days'
            and of_place.case_id <> itself.case_id
            and of_place.state in ('open', 'resolved')
            and (cast(:kinds as text[]) is null or of_place.kind = any(cast(:kinds as text[])))
        order by of_place.reported_at desc, of_place.case_id desc
        limit 10000
    ) as near
)

select
    others.case_id,
    others.reported_at,
    others.kind,
    others.risk,
    coalesce(others.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    others.state,
    others.is_same_matter,
    case when others.is_measured then others.metres end as metres
from others
inner join app.case_types on others.type_id = case_types.type_id
where others.is_same_matter or others.is_measured and others.metres <= 100
order by others.seconds_apart, others.case_id
limit 12
