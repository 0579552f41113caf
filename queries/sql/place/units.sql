-- One row per area of the given level valid on the local day of as_of, by community and position, without cases too.
-- Communities themselves are grouped by what stands above them within the command centre: streets, where it has them.
-- Staff: of the posts of the day at the area and below. Residents: the area's own number; where it has none, those of
-- all areas directly below, if each has a number.
with members as (
    select units.unit_id, sum(staff_posts.members) as members
    from app.staff_posts
    inner join app.units_of(:subdistrict_id, :area_id, :unit_level) as units on staff_posts.area_id = units.area_id
    where staff_posts.valid_from <= :today and staff_posts.valid_to > :today
    group by units.unit_id
)

select
    areas.area_id,
    areas.code,
    areas.name_zh,
    areas.name_en,
    areas.short_name,
    areas.kind,
    community.area_id as community_id,
    community.name_zh as community_zh,
    community.name_en as community_en,
    areas.lon,
    areas.lat,
    areas.boundary,
    cast(coalesce(areas.population, residents.population) as integer) as population,
    cast(members.members as integer) as members
from app.areas
left join lateral (
    select parent.area_id, parent.name_zh, parent.name_en, parent.position
    from app.area_closure as closure
    inner join app.areas as parent on closure.ancestor_id = parent.area_id
    where closure.descendant_id = areas.area_id and closure.valid_from <= :today and closure.valid_to > :today
        and case
            when areas.level = 'community'
                then parent.area_id not in (areas.area_id, areas.subdistrict_id)
                    and parent.subdistrict_id = areas.subdistrict_id
            else parent.level = 'community'
        end
    order by closure.depth
    limit 1
) as community on true
left join members on areas.area_id = members.unit_id
left join app.residents_below(:subdistrict_id, :today) as residents on areas.area_id = residents.unit_id
where areas.subdistrict_id = :subdistrict_id
    and areas.level = :unit_level
    and areas.valid_from <= :today and areas.valid_to > :today
    and (cast(:area_id as integer) is null or areas.area_id in (
        select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
    ))
order by community.position nulls last, community.area_id, areas.position, areas.area_id
