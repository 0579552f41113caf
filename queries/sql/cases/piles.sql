-- One row per default location of the period: a point on which cases pile up because a system puts them there, not
-- because they happened there. Such is an area's own label point with at least three cases, and any other point with
-- at least five cases of at least three matters that either make up a twentieth of its areas' located cases or come
-- from at least three areas, in which no single real place lies. The map of heat leaves out such points.
with units as materialized (
    select * from app.units_of(:subdistrict_id, null, null)
),

located as materialized (
    select cases.lon, cases.lat, cases.area_id, cases.type_id, cases.reported_at
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.lon is not null and cases.lat is not null
        and cases.state in ('open', 'resolved')
        and cases.kind = any(cast(:kinds as text[]))
),

of_area as materialized (
    select located.area_id, count(*) as cases
    from located
    group by located.area_id
),

-- few points hold so many cases
points as materialized (
    select located.lon, located.lat
    from located
    group by located.lon, located.lat
    having count(*) >= 3
),

piled as materialized (
    select located.*
    from points
    inner join located on points.lon = located.lon and points.lat = located.lat
),

here as (
    select
        piled.lon,
        piled.lat,
        piled.area_id,
        count(*) as cases,
        min(piled.reported_at) as since,
        bool_or(coalesce(piled.lon = areas.lon and piled.lat = areas.lat, false)) as is_label_point
    from piled
    inner join app.areas on piled.area_id = areas.area_id
    group by piled.lon, piled.lat, piled.area_id
),

matters as (
    select piled.lon, piled.lat, count(distinct piled.type_id) as matters
    from piled
    group by piled.lon, piled.lat
),

places as (
    select
        here.lon,
        here.lat,
        (array_agg(here.area_id order by here.cases desc, here.area_id asc))[1] as area_id,
        count(*) as areas,
        sum(here.cases) as cases,
        max(matters.matters) as matters,
        sum(of_area.cases) as area_cases,
        min(here.since) as since,
        bool_or(here.is_label_point) as is_label_point
    from here
    inner join of_area on here.area_id = of_area.area_id
    inner join matters on here.lon = matters.lon and here.lat = matters.lat
    group by here.lon, here.lat
)

select
    places.lon,
    places.lat,
    places.area_id,
    cast(places.areas as integer) as areas,
    cast(places.cases as integer) as cases,
    cast(places.matters as integer) as matters,
    cast(places.area_cases as integer) as area_cases,
    cast(places.cases as double precision) / cast(places.area_cases as double precision) as share,
    places.since,
    places.is_label_point
from places
where (
    places.is_label_point
    or (places.cases >= 5 and places.matters >= 3 and (places.cases * 20 >= places.area_cases or places.areas >= 3))
)
and (cast(:area_id as integer) is null or places.area_id in (
    select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
))
order by places.cases desc, places.lon asc, places.lat asc
