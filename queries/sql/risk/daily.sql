-- One row per unit and whole local day of the period with a case: cases reported by colour.
with below as materialized (
    select closure.ancestor_id as unit_id, closure.descendant_id as area_id
    from app.area_closure as closure
    inner join app.areas as unit on closure.ancestor_id = unit.area_id
    where unit.subdistrict_id = :subdistrict_id
        and unit.level = :unit_level
        and unit.valid_from <= :today and unit.valid_to > :today
        and closure.valid_from <= :today and closure.valid_to > :today
)

select
    below.unit_id as area_id,
    cases.reported_day as day,
    count(*) filter (where cases.risk = 'red') as red,
    count(*) filter (where cases.risk = 'orange') as orange,
    count(*) filter (where cases.risk = 'yellow') as yellow,
    count(*) filter (where cases.risk = 'blue') as blue
from app.cases_at(:subdistrict_id, :as_of) as cases
inner join below on cases.area_id = below.area_id
where cases.reported_at >= :period_start and cases.reported_at < :period_end
    and cases.state in ('open', 'resolved')
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by below.unit_id, cases.reported_day
order by below.unit_id, cases.reported_day
