-- One row per area of the subdistrict, those of other times included: its code, level, names and aliases.
select
    areas.area_id,
    areas.code,
    areas.level,
    areas.name_zh,
    areas.name_en,
    areas.valid_from,
    nullif(areas.valid_to, 'infinity') as valid_to,
    coalesce(
        (
            select jsonb_agg(area_aliases.alias order by area_aliases.alias) from app.area_aliases
            where area_aliases.area_id = areas.area_id
        ),
        '[]'
    ) as aliases
from app.areas
where areas.subdistrict_id = :subdistrict_id
order by areas.position, areas.area_id
