-- One row per unit with a case closed in the period: those after whose closing the same matter came in anew within a
-- day, as another case of the same party (where either has none, within 20 m), beside the share of cases that stayed
-- closed with and without them. Evidence: the closed cases and the new ones.
with units as materialized (
    select units_of.*, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
),

closed as (
    select units.unit_id, units.unit_kind, cases.*
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.kind = any(cast(:kinds as text[]))
        -- what was resolved since a moment was also recorded since then
        and cases.last_recorded_at >= :period_start
        and cases.first_resolved_at >= :period_start and cases.first_resolved_at < :period_end
),

known as (
    select
        closed.unit_id,
        closed.unit_kind,
        closed.case_id,
        closed.reopened_count = 0 as is_good,
        again.case_ids
    from closed
    left join lateral (
        select array_agg(later.case_id) as case_ids
        from app.cases_at(:subdistrict_id, :as_of) as later
        where later.area_id = closed.area_id
            and later.type_id = closed.type_id
            and later.case_id <> closed.case_id
            and later.reported_at > closed.first_resolved_at
            and later.reported_at <= closed.first_resolved_at + interval '1 day'
            and case
                when later.party_key is not null and closed.party_key is not null
                    then later.party_key = closed.party_key
                -- 111 320 m to a degree of latitude
                else power(111320 * (later.lat - closed.lat), 2)
                    + power(111320 * cos(radians(closed.lat)) * (later.lon - closed.lon), 2) <= 400
            end
    ) as again on true
)

select
    known.unit_id as area_id,
    known.unit_kind as kind,
    'again' as cutoff,
    cast(count(*) as integer) as n,
    cast(count(known.case_ids) as integer) as observed,
    cast(count(*) as integer) as figure_n,
    cast(count(*) filter (where known.is_good) as integer) as figure_good,
    cast(count(*) as integer) as n_without,
    cast(count(*) filter (where known.is_good and known.case_ids is null) as integer) as good_without,
    coalesce(
        (
            select jsonb_agg(distinct evidence.case_id)
            from known as own
            cross join lateral unnest(own.case_ids || own.case_id) as evidence (case_id)
            where own.unit_id = known.unit_id and own.case_ids is not null
        ),
        '[]'
    ) as case_ids
from known
group by known.unit_id, known.unit_kind
order by known.unit_id
