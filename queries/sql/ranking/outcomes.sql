-- One row per unit, indicator and stratum (matter and its line of duty, colour, channel, local hour of report): cases
-- that count and those that went well. Units are those of the period's last day.
-- same_day: appeals of the period's whole local days, kept resolved. on_time: first due in the period. on_the_spot:
-- hazards of the period. kept: resolved 30 days before the period's days and not reopened within those 30 days.
-- Cases of sources that give no closing times take no part: nobody knows how they went.
with below as materialized (
    select
        closure.ancestor_id as unit_id,
        closure.descendant_id as area_id,
        closure.valid_from,
        closure.valid_to
    from app.area_closure as closure
    inner join app.areas as unit on closure.ancestor_id = unit.area_id
    where unit.subdistrict_id = :subdistrict_id
        and unit.level = :unit_level
        and unit.valid_from <= :period_to and unit.valid_to > :period_to
),

known as (
    select
        below.unit_id,
        coalesce(case_types.parent_id, case_types.type_id) as line_id,
        cases.type_id,
        coalesce(array_position(array['red', 'orange', 'yellow', 'blue'], cases.risk), 0) as risk_number,
        coalesce(channel.position, 0) as channel_number,
        cases.reported_hour,
        cases.kind,
        cases.state,
        cases.reported_at,
        cases.first_due_at,
        cases.first_resolved_at,
        cases.closed_at,
        cases.reopened_days,
        cases.is_same_day_counted,
        cases.is_same_day_kept,
        cases.is_on_the_spot
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join below
        on cases.area_id = below.area_id
            and cases.reported_day >= below.valid_from and cases.reported_day < below.valid_to
    inner join app.case_types on cases.type_id = case_types.type_id
    left join app.sources as origin
        on cases.subdistrict_id = origin.subdistrict_id and cases.source = origin.source
    left join app.labels as channel on channel.topic = 'channel' and cases.channel = channel.code
    -- what was reported or resolved since a moment was also recorded since then
    where coalesce(origin.records_times, true)
        and (
            (
                cases.last_recorded_at >= :followed_start
                and (
                    (cases.reported_at >= :period_start and cases.reported_at < :period_end)
                    or (cases.first_resolved_at >= :followed_start and cases.first_resolved_at < :followed_end)
                )
            )
            or (cases.first_due_at >= :period_start and cases.first_due_at < :period_end)
        )
),

counted as (
    select known.*, outcome.indicator, outcome.is_good
    from known
    cross join
        lateral (
            values
            (
                'same_day',
                known.kind = 'appeal' and known.is_same_day_counted
                and known.reported_at >= :period_start and known.reported_at < least(:period_end, :day_start),
                known.is_same_day_kept
            ),
            (
                'on_time',
                known.first_due_at >= :period_start
                and known.first_due_at < :period_end
                and known.first_due_at <= :as_of
                and not (known.state in ('withdrawn', 'transferred') and known.closed_at < known.first_due_at),
                coalesce(known.first_resolved_at <= known.first_due_at, false)
            ),
            (
                'on_the_spot',
                known.kind = 'hazard' and known.state in ('open', 'resolved')
                and known.reported_at >= :period_start and known.reported_at < :period_end,
                known.is_on_the_spot
            ),
            (
                'kept',
                known.first_resolved_at >= :followed_start and known.first_resolved_at < :followed_end,
                known.reopened_days is null
                or known.reopened_days[1] > cast(known.first_resolved_at at time zone :time_zone as date) + 30
            )
        ) as outcome (indicator, is_counted, is_good)
    where outcome.is_counted
        and (cast(:kinds as text[]) is null or known.kind = any(cast(:kinds as text[])))
)

select
    counted.unit_id as area_id,
    counted.indicator,
    counted.line_id,
    counted.type_id,
    counted.risk_number,
    counted.channel_number,
    counted.reported_hour,
    count(*) as n,
    count(*) filter (where counted.is_good) as good
from counted
group by
    counted.unit_id, counted.indicator, counted.line_id, counted.type_id, counted.risk_number,
    counted.channel_number, counted.reported_hour
