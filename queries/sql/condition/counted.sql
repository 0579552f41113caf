-- One row per unit of the level on the period's last day, units without cases too: cases reported on the period's days,
-- of them red and orange ones and petitions; cases reported on the days before, since usual_start; residents, where the
-- unit or all directly below it have a number.
with below as materialized (
    select closure.ancestor_id as unit_id, closure.descendant_id as area_id
    from app.area_closure as closure
    inner join app.areas as unit on closure.ancestor_id = unit.area_id
    where unit.subdistrict_id = :subdistrict_id
        and unit.level = :unit_level
        and unit.valid_from <= :period_to and unit.valid_to > :period_to
),

-- where the roll-up may speak it tells what was usual, and only the period's own cases are read
asked as materialized (
    select app.is_present(:subdistrict_id, :as_of) as is_present
),

of_area as (
    select
        cases.area_id,
        count(*) filter (where cases.reported_at >= :period_start) as n,
        count(*) filter (where cases.reported_at >= :period_start and cases.risk in ('red', 'orange')) as grave,
        count(*) filter (where cases.reported_at >= :period_start and cases.kind = 'petition') as petitions,
        count(*) filter (where cases.reported_at < :period_start) as n_usual
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= (
            select case when asked.is_present then cast(:period_start as timestamptz) else :usual_start end from asked
        )
        and cases.reported_at < :period_end
    group by cases.area_id
    union all
    select area_day.area_id, 0 as n, 0 as grave, 0 as petitions, sum(area_day.reported) as n_usual
    from app.area_day
    inner join below on area_day.area_id = below.unit_id and below.unit_id = below.area_id
    where (select asked.is_present from asked)
        and area_day.subdistrict_id = :subdistrict_id
        and area_day.day >= cast(cast(:usual_start as timestamptz) at time zone :time_zone as date)
        and area_day.day < :period_from
    group by area_day.area_id
),

told as (
    select
        below.unit_id,
        sum(of_area.n) as n,
        sum(of_area.grave) as grave,
        sum(of_area.petitions) as petitions,
        sum(of_area.n_usual) as n_usual
    from of_area
    inner join below on of_area.area_id = below.area_id
    group by below.unit_id
)

select
    areas.area_id,
    areas.name_zh,
    areas.name_en,
    cast(coalesce(areas.population, residents.population) as integer) as population,
    cast(coalesce(told.n, 0) as integer) as n,
    cast(coalesce(told.grave, 0) as integer) as grave,
    cast(coalesce(told.petitions, 0) as integer) as petitions,
    cast(coalesce(told.n_usual, 0) as integer) as n_usual
from app.areas
left join told on areas.area_id = told.unit_id
left join app.residents_below(:subdistrict_id, :period_to) as residents on areas.area_id = residents.unit_id
where areas.subdistrict_id = :subdistrict_id
    and areas.level = :unit_level
    and areas.valid_from <= :period_to and areas.valid_to > :period_to
order by areas.position, areas.area_id
