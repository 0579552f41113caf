-- One row per area beside the subdistrict whose boundary is known: others of its own level, the nearest first, valid on
-- the local day of as_of. No more than are asked for.
select
    areas.area_id,
    areas.name_zh,
    areas.name_en,
    areas.boundary
from app.areas as own
inner join app.areas on own.level = areas.level and own.area_id <> areas.area_id
where own.area_id = :subdistrict_id
    and areas.boundary is not null
    and areas.valid_from <= :today and areas.valid_to > :today
order by
    (areas.lon - own.lon) * (areas.lon - own.lon) + (areas.lat - own.lat) * (areas.lat - own.lat) nulls last,
    areas.area_id
limit :rows
