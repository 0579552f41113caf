-- One row per local day of the period with a case, packed: of each case reported its area and its matter with the first
-- letter of its colour, eight bytes together (queries.risk reads and counts them). In a first row without a day: each
-- area below a unit, and that unit.
select
    null as day,
    app.packed_units(:subdistrict_id, :unit_level, :today) as packed
union all
select
    cases.reported_day as day,
    string_agg(int8send((cast(cases.area_id as bigint) << 32) + cases.type_id * 128 + ascii(cases.risk)), '') as packed
from app.cases_at(:subdistrict_id, :as_of) as cases
where cases.reported_at >= :period_start and cases.reported_at < :period_end
    and cases.state in ('resolved', 'open')
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
group by cases.reported_day
order by day nulls first
