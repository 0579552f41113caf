-- One row: the subdistrict and the level its map is drawn by: the deepest level with cases.
with valid_areas as (
    select areas.area_id, areas.level, areas.boundary is not null as has_boundary, areas.is_illustrative, closure.depth
    from app.areas
    inner join app.area_closure as closure
        on areas.area_id = closure.descendant_id and closure.ancestor_id = :subdistrict_id
            and closure.valid_from <= :today and closure.valid_to > :today
    where areas.subdistrict_id = :subdistrict_id
        and areas.valid_from <= :today and areas.valid_to > :today
),

deepest_first as materialized (
    select valid_areas.area_id, valid_areas.level, valid_areas.depth from valid_areas order by valid_areas.depth desc
),

-- each area looked up by its index until one has a case: all cases of the subdistrict are many more than its areas
unit_level as (
    select deepest_first.level
    from deepest_first
    where (
        select cases.area_id from app.cases
        where cases.subdistrict_id = :subdistrict_id
            and cases.area_id = deepest_first.area_id
            and cases.reported_at <= :as_of
        order by cases.type_id
        limit 1
    ) is not null
    order by deepest_first.depth desc
    limit 1
),

-- a store without a case yet is drawn by its deepest level
drawn as (
    select coalesce(
        (select unit_level.level from unit_level),
        (select valid_areas.level from valid_areas order by valid_areas.depth desc limit 1)
    ) as level
)

select
    areas.area_id as subdistrict_id,
    areas.name_zh,
    areas.name_en,
    coalesce(bool_or(valid_areas.is_illustrative and valid_areas.has_boundary), false) as is_illustrative,
    coalesce(bool_or(valid_areas.has_boundary), false) as has_boundaries,
    drawn.level as unit_level,
    coalesce(labels.name_zh, drawn.level) as unit_zh,
    coalesce(labels.name_en, drawn.level) as unit_en
from app.areas
cross join drawn
left join valid_areas on drawn.level = valid_areas.level
left join app.labels on labels.topic = 'level' and drawn.level = labels.code
where areas.area_id = :subdistrict_id
group by areas.area_id, areas.name_zh, areas.name_en, drawn.level, labels.name_zh, labels.name_en
