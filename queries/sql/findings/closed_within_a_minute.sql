-- One row per unit with a case closed that is not of a patrol-and-resolve matter: those first closed within a minute of
-- being taken on (accepted, else dispatched, else reported), beside same-day resolution with and without them.
-- Cases count by the day reported. Cases of sources that give no closing times take no part.
with units as materialized (
    select units_of.*, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
),

known as (
    select
        units.unit_id,
        units.unit_kind,
        cases.case_id,
        cases.is_same_day_counted,
        cases.is_same_day_counted and cases.is_same_day_kept as is_good,
        case_types.handling <> 'patrol_and_resolve' and cases.first_resolved_at is not null as is_closed,
        case_types.handling <> 'patrol_and_resolve'
        and coalesce(
            cases.first_resolved_at < coalesce(cases.accepted_at, cases.dispatched_at, cases.reported_at)
            + interval '1 minute',
            false
        ) as is_suspect
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    inner join app.case_types on cases.type_id = case_types.type_id
    left join app.sources as origin
        on cases.subdistrict_id = origin.subdistrict_id and cases.source = origin.source
    where cases.reported_at >= :period_start and cases.reported_at < :period_end
        and cases.kind = any(cast(:kinds as text[]))
        and coalesce(origin.records_times, true)
)

select
    known.unit_id as area_id,
    known.unit_kind as kind,
    'minute' as cutoff,
    cast(count(*) filter (where known.is_closed) as integer) as n,
    cast(count(*) filter (where known.is_suspect) as integer) as observed,
    cast(count(*) filter (where known.is_same_day_counted) as integer) as figure_n,
    cast(count(*) filter (where known.is_good) as integer) as figure_good,
    cast(count(*) filter (where known.is_same_day_counted or known.is_suspect) as integer) as n_without,
    cast(count(*) filter (where known.is_good and not known.is_suspect) as integer) as good_without,
    coalesce(jsonb_agg(known.case_id order by known.case_id) filter (where known.is_suspect), '[]') as case_ids
from known
group by known.unit_id, known.unit_kind
having count(*) filter (where known.is_closed) > 0
order by known.unit_id
