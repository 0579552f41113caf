-- One row per unit with a case first closed on the day it was reported, from 20:00 on: those closed in the last ten
-- minutes of that day though reported at least half an hour earlier, beside same-day resolution with and without them.
-- Cases of sources that give no closing times take no part.
with units as materialized (
    select units_of.*, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
),

dated as (
    select
        units.unit_id,
        units.unit_kind,
        cases.case_id,
        cases.is_same_day_counted,
        cases.is_same_day_counted and cases.is_same_day_kept as is_good,
        cases.reported_at,
        cases.first_resolved_at,
        app.midnight(cases.reported_day + 1, :time_zone) as day_end
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
),

known as (
    select
        dated.*,
        dated.first_resolved_at >= dated.day_end - interval '4 hours' and dated.first_resolved_at < dated.day_end
            as is_of_evening,
        coalesce(
            dated.first_resolved_at >= dated.day_end - interval '10 minutes'
            and dated.first_resolved_at < dated.day_end
            and dated.first_resolved_at >= dated.reported_at + interval '30 minutes',
            false
        ) as is_suspect
    from dated
)

select
    known.unit_id as area_id,
    known.unit_kind as kind,
    'midnight' as cutoff,
    cast(count(*) filter (where known.is_of_evening) as integer) as n,
    cast(count(*) filter (where known.is_suspect) as integer) as observed,
    cast(count(*) filter (where known.is_same_day_counted) as integer) as figure_n,
    cast(count(*) filter (where known.is_good) as integer) as figure_good,
    cast(count(*) filter (where known.is_same_day_counted or known.is_suspect) as integer) as n_without,
    cast(count(*) filter (where known.is_good and not known.is_suspect) as integer) as good_without,
    coalesce(jsonb_agg(known.case_id order by known.case_id) filter (where known.is_suspect), '[]') as case_ids
from known
group by known.unit_id, known.unit_kind
having count(*) filter (where known.is_of_evening) > 0
order by known.unit_id
