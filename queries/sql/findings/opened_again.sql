-- One row per unit with a case closed in the period: those after whose closing the same matter came in anew within a
-- day, as another case of the same party (where either has none, within 20 m), beside the share of cases that stayed
-- closed with and without them. Evidence: the closed cases and the new ones.
with units as materialized (
    select units_of.*, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
),

closed as materialized (
    select
        units.unit_id, units.unit_kind, cases.case_id, cases.area_id, cases.type_id, cases.first_resolved_at,
        cases.reopened_count
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.kind = any(cast(:kinds as text[]))
        and cases.first_resolved_at >= :period_start and cases.first_resolved_at < :period_end
),

-- the same matter in the same area within a day; of these few the parties and places are looked up
near as materialized (
    select closed.case_id, later.case_id as later_id
    from closed
    inner join
        app.cases_reported(
            :subdistrict_id, :as_of, :period_start, cast(:period_end as timestamptz) + interval '1 day'
        ) as later
        on closed.area_id = later.area_id and closed.type_id = later.type_id
            and closed.first_resolved_at < later.reported_at
            and closed.first_resolved_at + interval '1 day' >= later.reported_at
            and closed.case_id <> later.case_id
    -- said beforehand, so that no others are put in order
    where later.type_id in (select those.type_id from closed as those)
),

told as materialized (
    select cases.case_id, cases.party_key, cases.lon, cases.lat
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.case_id = any(array(
            select near.case_id from near
            union
            select near.later_id from near
        ))
),

again as (
    select near.case_id, array_agg(near.later_id) as case_ids
    from near
    inner join told as closed on near.case_id = closed.case_id
    inner join told as later on near.later_id = later.case_id
    where case
            when later.party_key is not null and closed.party_key is not null then later.party_key = closed.party_key
            -- 111 320 m to a degree of latitude
            else power(111320 * (later.lat - closed.lat), 2)
                + power(111320 * cos(radians(closed.lat)) * (later.lon - closed.lon), 2) <= 400
        end
    group by near.case_id
),

known as materialized (
    select closed.unit_id, closed.unit_kind, closed.case_id, closed.reopened_count = 0 as is_good, again.case_ids
    from closed
    left join again on closed.case_id = again.case_id
),

evidence as (
    select known.unit_id, jsonb_agg(distinct shown.case_id) as case_ids
    from known
    cross join lateral unnest(known.case_ids || known.case_id) as shown (case_id)
    where known.case_ids is not null
    group by known.unit_id
),

counted as (
    select
        known.unit_id,
        known.unit_kind,
        count(*) as n,
        count(known.case_ids) as observed,
        count(*) filter (where known.is_good) as good,
        count(*) filter (where known.is_good and known.case_ids is null) as good_without
    from known
    group by known.unit_id, known.unit_kind
)

select
    counted.unit_id as area_id,
    counted.unit_kind as kind,
    'again' as cutoff,
    cast(counted.n as integer) as n,
    cast(counted.observed as integer) as observed,
    cast(counted.n as integer) as figure_n,
    cast(counted.good as integer) as figure_good,
    cast(counted.n as integer) as n_without,
    cast(counted.good_without as integer) as good_without,
    coalesce(evidence.case_ids, '[]') as case_ids
from counted
left join evidence on counted.unit_id = evidence.unit_id
order by counted.unit_id
