-- One row per community valid on the local day of as_of, in its order.
select
    areas.area_id,
    areas.code,
    areas.name_zh,
    areas.name_en,
    areas.lon,
    areas.lat,
    areas.boundary
from app.areas
where areas.subdistrict_id = :subdistrict_id
    and areas.level = 'community'
    and areas.valid_from <= :today and areas.valid_to > :today
order by areas.position, areas.area_id
