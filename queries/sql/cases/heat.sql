-- One row per located case of the last hours: where it lies, how grave and how long ago it is.
-- Cases piled on one default point are no hot spot: left out are those on their area's label point and on a point that
-- holds at least three different matters.
with recent as (
    select cases.lon, cases.lat, cases.risk, cases.type_id, cases.reported_at, cases.area_id
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at > :heat_from and cases.reported_at <= :as_of
        and cases.lon is not null and cases.lat is not null
        and cases.state in ('open', 'resolved')
        and cases.kind = any(cast(:kinds as text[]))
        and (cast(:area_id as integer) is null or cases.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
),

piles as (
    select recent.lon, recent.lat
    from recent
    group by recent.lon, recent.lat
    having count(distinct recent.type_id) >= 3
)

select
    recent.lon,
    recent.lat,
    recent.risk,
    cast(extract(epoch from :as_of - recent.reported_at) / 3600 as double precision) as hours_ago
from recent
inner join app.areas on recent.area_id = areas.area_id
left join piles on recent.lon = piles.lon and recent.lat = piles.lat
where piles.lon is null
    and not coalesce(recent.lon = areas.lon and recent.lat = areas.lat, false)
order by recent.reported_at, recent.lon, recent.lat
