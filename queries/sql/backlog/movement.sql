-- One row per key of the grouping and span with anything in it: cases open at the span's start and end, those opened
-- (reported or reopened) and closed (resolved, withdrawn, handed over) in between, so that open_before + opened -
-- closed = open; and the median age since the report of those open at either end. All as known at as_of.
-- What happens at a bound itself belongs to the span that begins there. Spans follow each other. Cases of sources that
-- give no closing times take no part: nobody knows whether they are open.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

known as not materialized (
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
    from app.cases_alive(:subdistrict_id, :as_of, :from_at, :to_at) as cases
    inner join units on cases.area_id = units.area_id
    where cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
),

-- a case that was reopened or closed more than once: its log says when it was open
turned as materialized (
    select known.case_id, known.key, known.reported_at, known.first_occurred_at
    from known
    where known.is_told_by_log
),

told as (
    select turned.key, turned.reported_at, spells.from_at, spells.until_at
    from (
        select array_agg(named.case_id) as case_ids, min(named.first_occurred_at) as first_occurred_at
        from turned as named
    ) as those
    cross join
        lateral app.open_spells(:subdistrict_id, those.case_ids, those.first_occurred_at, :as_of) as spells
    inner join turned on spells.case_id = turned.case_id
),

-- the span a spell began in and the one it ended in: 0 before all, the number of bounds after all
placed as (
    select
        known.key,
        known.reported_at,
        width_bucket(known.reported_at, cast(:bounds as timestamptz[])) as opened_in,
        width_bucket(coalesce(known.closed_at, 'infinity'), cast(:bounds as timestamptz[])) as closed_in
    from known
    where not known.is_told_by_log
    union all
    select
        told.key,
        told.reported_at,
        width_bucket(told.from_at, cast(:bounds as timestamptz[])) as opened_in,
        width_bucket(coalesce(told.until_at, 'infinity'), cast(:bounds as timestamptz[])) as closed_in
    from told
),

-- most spells end in the span they began in; the others were open at a bound, and their ages count there
gathered as materialized (
    select
        placed.key,
        placed.opened_in,
        placed.closed_in,
        count(*) as spells,
        array_agg(placed.reported_at) filter (where placed.opened_in < placed.closed_in) as reported_ats
    from placed
    group by placed.key, placed.opened_in, placed.closed_in
),

spans as (
    select
        bound.position as span,
        bound.moment as from_at,
        lead(bound.moment) over (order by bound.position) as to_at
    from unnest(cast(:bounds as timestamptz[])) with ordinality as bound (moment, position)
),

counted as (
    select
        gathered.key, spans.span, spans.from_at, spans.to_at,
        coalesce(sum(gathered.spells) filter (where gathered.opened_in < spans.span), 0) as open_before,
        coalesce(sum(gathered.spells) filter (where gathered.opened_in = spans.span), 0) as opened,
        coalesce(sum(gathered.spells) filter (where gathered.closed_in = spans.span), 0) as closed,
        coalesce(sum(gathered.spells) filter (where gathered.closed_in > spans.span), 0) as open
    from spans
    inner join gathered on spans.span between gathered.opened_in and gathered.closed_in
    where spans.to_at is not null
    group by gathered.key, spans.span, spans.from_at, spans.to_at
),

aged as (
    select
        gathered.key, spans.span,
        percentile_cont(0.5) within group (
            order by date_part('epoch', spans.from_at - case_.reported_at) / 86400
        ) filter (where gathered.opened_in < spans.span) as median_age_before,
        percentile_cont(0.5) within group (
            order by date_part('epoch', spans.to_at - case_.reported_at) / 86400
        ) filter (where gathered.closed_in > spans.span) as median_age
    from spans
    inner join gathered on spans.span between gathered.opened_in and gathered.closed_in
    cross join lateral unnest(gathered.reported_ats) as case_ (reported_at)
    where spans.to_at is not null
    group by gathered.key, spans.span
)

select
    counted.key,
    cast(counted.span as integer) as span,
    counted.from_at,
    counted.to_at,
    cast(counted.open_before as integer) as open_before,
    cast(counted.opened as integer) as opened,
    cast(counted.closed as integer) as closed,
    cast(counted.open as integer) as open,
    aged.median_age_before,
    aged.median_age
from counted
left join aged on counted.key is not distinct from aged.key and counted.span = aged.span
order by counted.key, counted.span
