-- One row per local day of the period with a case, packed (app.packed_days_at): the cases of the whole subdistrict and
-- of all kinds, of which queries.workload counts those of areas and days that have staff recorded. In a row without
-- words: as areas the posts (unit, area, members, first day, day after the last; days since 2000), as types the areas
-- whose cases the staff of each area have (area with staff, area): what lies below a grid is the grid's, a community's
-- own staff has the cases of the community at large alone; as traits the moment up to which all sources are complete.
with posts as materialized (
    select
        units.unit_id,
        staff_posts.area_id,
        staff_posts.members,
        greatest(staff_posts.valid_from, cast(:period_from as date)) as from_day,
        least(staff_posts.valid_to, cast(:period_to as date) + 1) as to_day
    from app.staff_posts
    inner join app.units_of(:subdistrict_id, :area_id, :unit_level) as units on staff_posts.area_id = units.area_id
    where staff_posts.members > 0
        and staff_posts.valid_from <= :period_to and staff_posts.valid_to > :period_from
)

select
    null as day,
    null as words,
    null as recorded,
    (
        select
            string_agg(
                int4send(posts.unit_id) || int4send(posts.area_id) || int4send(posts.members)
                || date_send(posts.from_day) || date_send(posts.to_day),
                ''
            )
        from posts
        where posts.from_day < posts.to_day
    ) as areas,
    (
        select string_agg(int4send(line.ancestor_id) || int4send(line.descendant_id), '')
        from app.area_closure as line
        inner join app.areas as held on line.ancestor_id = held.area_id
        where line.ancestor_id in (select posts.area_id from posts) and (line.depth = 0 or held.level = 'grid')
    ) as types,
    timestamptz_send(app.complete_through(:subdistrict_id, :as_of)) as traits
union all
select packed.day, packed.words, packed.recorded, packed.areas, null as types, packed.traits
from app.packed_days_at(:subdistrict_id, :as_of, :period_start, :period_end, '{areas,traits}') as packed
