-- One row per key of the grouping and span with anything in it: cases open at the span's start and end, those opened
-- (reported or reopened) and closed (resolved, withdrawn, handed over) in between, so that open_before + opened -
-- closed = open; and the median age since the report of those open at either end. All as known at as_of.
-- What happens at a bound itself belongs to the span that begins there. Spans follow each other. Cases of sources that
-- give no closing times take no part: nobody knows whether they are open.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

bounds as (
    select bound.moment as from_at, bound.position as span, lead(bound.moment) over (order by bound.position) as to_at
    from unnest(cast(:bounds as timestamptz[])) with ordinality as bound (moment, position)
),

known as materialized (
    select
        cases.case_id,
        app.group_key(
            :by, cases.reported_day, units.unit_id, cases.kind, cases.type_id, cases.channel, cases.risk
        ) as key,
        cases.reported_at,
        cases.closed_at,
        cases.reopened_count > 0 or app.is_closed_again(
            cases.state, cases.closed_at, cases.first_resolved_at, cases.withdrawn_days, cases.linked_subdistrict_id
        ) as is_told_by_log,
        cases.first_occurred_at
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    -- what was closed since the start was also recorded since then
    where (cases.state = 'open' or cases.last_recorded_at >= :from_at)
        and cases.reported_at < :to_at
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
),

-- a case that was reopened or closed more than once: its log says when it was open
turned as (
    select
        coalesce(array_agg(known.case_id), '{}') as case_ids,
        min(known.first_occurred_at) as first_occurred_at
    from known
    where known.is_told_by_log
),

moves as (
    select
        effective.case_id,
        effective.occurred_at,
        effective.stage,
        effective.log_id,
        effective.event in ('reported', 'reopened') as is_open,
        lag(effective.event in ('reported', 'reopened'), 1, false) over case_order as was_open
    from turned
    cross join
        lateral app.effective_rows(
            :subdistrict_id, turned.case_ids, turned.first_occurred_at, :as_of
        ) as effective
    where effective.event in ('reported', 'reopened', 'resolved', 'withdrawn')
        or (effective.event = 'reassigned' and effective.linked_subdistrict_id is not null)
    window
        case_order as (partition by effective.case_id order by effective.occurred_at, effective.stage, effective.log_id)
),

-- a second opening without a closing between changes nothing, nor does a second closing
turns as (
    select
        moves.case_id,
        moves.occurred_at as from_at,
        moves.is_open,
        lead(moves.occurred_at) over (
            partition by moves.case_id order by moves.occurred_at, moves.stage, moves.log_id
        ) as until_at
    from moves
    where moves.is_open <> moves.was_open
),

spells as (
    select known.key, known.reported_at, known.reported_at as from_at, coalesce(known.closed_at, 'infinity') as until_at
    from known
    where not known.is_told_by_log
    union all
    select known.key, known.reported_at, turns.from_at, coalesce(turns.until_at, 'infinity') as until_at
    from turns
    inner join known on turns.case_id = known.case_id
    where turns.is_open
)

select
    spells.key,
    cast(bounds.span as integer) as span,
    bounds.from_at,
    bounds.to_at,
    count(*) filter (where spells.from_at < bounds.from_at) as open_before,
    count(*) filter (where spells.from_at >= bounds.from_at) as opened,
    count(*) filter (where spells.until_at < bounds.to_at) as closed,
    count(*) filter (where spells.until_at >= bounds.to_at) as open,
    percentile_cont(0.5) within group (
        order by date_part('epoch', bounds.from_at - spells.reported_at) / 86400
    ) filter (where spells.from_at < bounds.from_at) as median_age_before,
    percentile_cont(0.5) within group (
        order by date_part('epoch', bounds.to_at - spells.reported_at) / 86400
    ) filter (where spells.until_at >= bounds.to_at) as median_age
from bounds
inner join spells
    on bounds.to_at > spells.from_at and bounds.from_at <= spells.until_at
where bounds.to_at is not null
group by spells.key, bounds.span, bounds.from_at, bounds.to_at
order by spells.key, bounds.span
