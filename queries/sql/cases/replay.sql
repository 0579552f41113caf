-- One row per case of the last hours, oldest first: when it was reported, its colour, its area and where it lies.
-- Only the kinds asked for. A case on its area's label point, or on a point that holds at least three different
-- matters, has no place: systems put cases there that happened elsewhere.
with recent as (
    select cases.case_id, cases.reported_at, cases.risk, cases.type_id, cases.area_id, cases.lon, cases.lat
    from app.cases_reported(:subdistrict_id, :as_of, :replay_from, :replay_to) as cases
    where cases.state in ('open', 'resolved')
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
),

placed as (
    select
        recent.*,
        piles.lon is null and not coalesce(recent.lon = areas.lon and recent.lat = areas.lat, false) as is_place
    from recent
    inner join app.areas on recent.area_id = areas.area_id
    left join piles on recent.lon = piles.lon and recent.lat = piles.lat
)

select
    placed.reported_at,
    placed.risk,
    placed.area_id,
    case when placed.is_place then placed.lon end as lon,
    case when placed.is_place then placed.lat end as lat
from placed
order by placed.reported_at, placed.case_id
