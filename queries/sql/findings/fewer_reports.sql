-- One row per unit that holds since the past began: cases it reported itself (channel patrol) in the period and in the
-- past before it. Withdrawn ones count: they were reported. n: both together; observed: those of the period.
with units as materialized (
    select units_of.unit_id, units_of.area_id, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
    where areas.valid_from <= :past_from and areas.valid_to > :period_to
),

of_area as (
    select
        cases.area_id,
        count(*) as n,
        count(*) filter (where cases.reported_at >= :period_start) as observed
    from app.cases_reported(:subdistrict_id, :as_of, :past_start, :period_end) as cases
    where cases.channel = 'patrol'
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by cases.area_id
)

select
    units.unit_id as area_id,
    units.unit_kind as kind,
    'reports' as cutoff,
    cast(sum(of_area.n) as integer) as n,
    cast(sum(of_area.observed) as integer) as observed
from of_area
inner join units on of_area.area_id = units.area_id
group by units.unit_id, units.unit_kind
order by units.unit_id
