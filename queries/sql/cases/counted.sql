-- One row per unit and kind with a case reported in the last days: how many. For kinds that are shown as counts alone.
with below as (
    select closure.ancestor_id as unit_id, closure.descendant_id as area_id
    from app.area_closure as closure
    inner join app.areas on closure.ancestor_id = areas.area_id
    where areas.subdistrict_id = :subdistrict_id
        and areas.level = :unit_level
        and areas.valid_from <= :today and areas.valid_to > :today
)

select
    below.unit_id as area_id,
    cases.kind,
    count(*) as n
from app.cases_reported(:subdistrict_id, :as_of, :counted_from, :counted_to) as cases
inner join below on cases.area_id = below.area_id
where cases.state in ('open', 'resolved')
    and cases.kind = any(cast(:kinds as text[]))
    and (cast(:area_id as integer) is null or cases.area_id in (
        select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
    ))
group by below.unit_id, cases.kind
order by below.unit_id, cases.kind
