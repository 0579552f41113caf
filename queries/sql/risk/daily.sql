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
    select cases.area_id, cases.reported_day, cases.type_id, cases.risk
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.state in ('open', 'resolved')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
),

counted as (
    select
        reported.type_id,
        count(*) as cases,
        count(*) filter (where reported.risk in ('red', 'orange')) as grave
    from reported
    group by reported.type_id
),

matters as materialized (
    select
        counted.type_id,
        cast(
            (counted.grave + 10 * sum(counted.grave) over () / sum(counted.cases) over ()) / (counted.cases + 10)
            as double precision
        ) as share
    from counted
)

select
    below.unit_id as area_id,
    reported.reported_day as day,
    cast(count(*) filter (where reported.risk = 'red') as integer) as red,
    cast(count(*) filter (where reported.risk = 'orange') as integer) as orange,
    cast(count(*) filter (where reported.risk = 'yellow') as integer) as yellow,
    cast(count(*) filter (where reported.risk = 'blue') as integer) as blue,
    sum(matters.share) as grave_due
from reported
inner join below on reported.area_id = below.area_id
inner join matters on reported.type_id = matters.type_id
group by below.unit_id, reported.reported_day
order by below.unit_id, reported.reported_day
