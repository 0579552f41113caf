-- One row per area of the level on the period's last day, in order. has_before: it is the same area since the first day
-- of the period before; one that was redrawn since then has no such period. Areas without a kind are of one kind, named
-- by their level.
select
    areas.area_id,
    coalesce(nullif(areas.kind, ''), areas.level) as kind,
    areas.name_zh,
    areas.name_en,
    areas.valid_from <= :before_from as has_before
from app.areas
where areas.subdistrict_id = :subdistrict_id
    and areas.level = :unit_level
    and areas.valid_from <= :period_to and areas.valid_to > :period_to
order by areas.position, areas.area_id
