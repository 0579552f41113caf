-- One row per key of the grouping with staff recorded: cases reported on the period's days and the member-days
-- of the staff, of those areas and days alone that have staff recorded. Areas without any are not recorded.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

posts as materialized (
    select
        units.unit_id,
        staff_posts.area_id,
        staff_posts.members,
        greatest(staff_posts.valid_from, cast(:period_from as date)) as from_day,
        least(staff_posts.valid_to, cast(:period_to as date) + 1) as to_day
    from app.staff_posts
    inner join units on staff_posts.area_id = units.area_id
    where staff_posts.members > 0
        and staff_posts.valid_from <= :period_to and staff_posts.valid_to > :period_from
),

staffed as materialized (
    select
        posts.unit_id,
        posts.area_id,
        held.level,
        range_agg(daterange(posts.from_day, posts.to_day)) as days
    from posts
    inner join app.areas as held on posts.area_id = held.area_id
    where posts.from_day < posts.to_day
    group by posts.unit_id, posts.area_id, held.level
),

strength as (
    select
        app.group_key(:by, null, posts.unit_id, null, null, null, null) as key,
        sum(posts.members * (posts.to_day - posts.from_day)) as member_days
    from posts
    where posts.from_day < posts.to_day
    group by key
),

-- the areas whose cases the staff of each have: what lies below a grid is the grid's; a community's own staff has the
-- cases of the community at large alone
reach as materialized (
    select
        app.part_number(:by, null, staffed.unit_id, null, null) as number,
        line.descendant_id as area_id,
        staffed.days
    from staffed
    inner join app.area_closure as line on staffed.area_id = line.ancestor_id
    where line.depth = 0 or staffed.level = 'grid'
),

reported as materialized (
    select cases.area_id, cases.reported_day, count(*) as n
    from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as cases
    where cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[]))
    group by cases.area_id, cases.reported_day
),

-- an area and day count once for a unit, however many of those above it have staff
covered as (
    select distinct reach.number, reported.area_id, reported.reported_day, reported.n
    from reported
    inner join reach on reported.area_id = reach.area_id and reported.reported_day <@ reach.days
),

arrived as (
    select app.part_key(:by, covered.number, null) as key, sum(covered.n) as n
    from covered
    group by key
)

select
    strength.key,
    cast(coalesce(arrived.n, 0) as integer) as n,
    cast(strength.member_days as integer) as member_days,
    :period_end > app.complete_through(:subdistrict_id, :as_of) as is_provisional
from strength
left join arrived on strength.key is not distinct from arrived.key
order by strength.key
