-- One row per unit that holds since the past began: cases it reported itself (channel patrol) in the period and in the
-- past before it. Withdrawn ones count: they were reported. n: both together; observed: those of the period.
with units as materialized (
    select units_of.unit_id, units_of.area_id, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
    where areas.valid_from <= :past_from and areas.valid_to > :period_to
)

select
    units.unit_id as area_id,
    units.unit_kind as kind,
    'reports' as cutoff,
    cast(count(*) as integer) as n,
    cast(count(*) filter (where cases.reported_at >= :period_start) as integer) as observed
from app.cases_at(:subdistrict_id, :as_of) as cases
inner join units on cases.area_id = units.area_id
where cases.reported_at >= :past_start and cases.reported_at < :period_end
    and cases.channel = 'patrol'
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by units.unit_id, units.unit_kind
order by units.unit_id
