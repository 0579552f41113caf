-- One row per unit and whole local day of the period with a case: cases reported by colour, and how many red and orange
-- ones are due by what the cases are about, each counting as the share of its matter's cases of the period that were
-- red or orange (a rare matter's share is drawn towards that of all matters, worth ten cases).
with below as materialized (
    select closure.ancestor_id as unit_id, closure.descendant_id as area_id
    from app.area_closure as closure
    inner join app.areas as unit on closure.ancestor_id = unit.area_id
    where unit.subdistrict_id = :subdistrict_id
        and unit.level = :unit_level
        and unit.valid_from <= :today and unit.valid_to > :today
        and closure.valid_from <= :today and closure.valid_to > :today
),

reported as materialized (
    select cases.area_id, cases.reported_day, cases.type_id, cases.risk, count(*) as cases
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.state in ('open', 'resolved')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by cases.area_id, cases.reported_day, cases.type_id, cases.risk
),

counted as (
    select
        reported.type_id,
        sum(reported.cases) as cases,
        sum(reported.cases) filter (where reported.risk in ('red', 'orange')) as grave
    from reported
    group by reported.type_id
),

matters as materialized (
    select
        counted.type_id,
        (coalesce(counted.grave, 0) + 10 * coalesce(sum(counted.grave) over (), 0) / sum(counted.cases) over ())
        / (counted.cases + 10) as share
    from counted
)

select
    below.unit_id as area_id,
    reported.reported_day as day,
    cast(coalesce(sum(reported.cases) filter (where reported.risk = 'red'), 0) as integer) as red,
    cast(coalesce(sum(reported.cases) filter (where reported.risk = 'orange'), 0) as integer) as orange,
    cast(coalesce(sum(reported.cases) filter (where reported.risk = 'yellow'), 0) as integer) as yellow,
    cast(coalesce(sum(reported.cases) filter (where reported.risk = 'blue'), 0) as integer) as blue,
    cast(sum(reported.cases * matters.share) as double precision) as grave_due
from reported
inner join below on reported.area_id = below.area_id
inner join matters on reported.type_id = matters.type_id
group by below.unit_id, reported.reported_day
order by below.unit_id, reported.reported_day
