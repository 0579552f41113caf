-- One row per key of the grouping with a case reported in the period: the times between its cases' stages, packed
-- (app.time_to_event). Censored where the later stage has not happened by as_of; a case withdrawn or handed over
-- is censored at that moment. Left out are skipped stages (a later one came without it, or came first), stages whose
-- beginning is not recorded, and those of sources that do not record the later stage. Feedback and evaluation are
-- those of the resolution that stands.
with asked as materialized (
    select app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

-- each clock's beginning and end
timed as (
    select
        app.group_key(
            :by, known.reported_day, units.unit_id, known.kind, known.type_id, known.channel, known.risk
        ) as key,
        known.reported_day,
        known.discovered_at,
        known.reported_at,
        known.first_resolved_at,
        case
            when known.source <> all(cast(:without_dispatched as text[]))
                and (
                    coalesce(known.first_resolved_at, known.fed_back_at, known.evaluated_at) is null
                    or known.dispatched_at <= least(known.first_resolved_at, known.fed_back_at, known.evaluated_at)
                )
                then known.reported_at
        end as dispatch_from,
        known.dispatched_at,
        case
            when known.source <> all(cast(:without_resolved as text[]))
                and (
                    known.first_resolved_at is not null or coalesce(known.fed_back_at, known.evaluated_at) is null
                )
                then known.dispatched_at
        end as resolution_from,
        case
            when known.source <> all(cast(:without_fed_back as text[]))
                and (
                    known.fed_back_at >= known.resolved_at or coalesce(known.evaluated_at < known.resolved_at, true)
                )
                then known.resolved_at
        end as feedback_from,
        case when known.fed_back_at >= known.resolved_at then known.fed_back_at end as fed_back_at,
        case
            when known.source <> all(cast(:without_evaluated as text[]))
                and known.fed_back_at >= known.resolved_at
                and coalesce(known.evaluated_at >= known.fed_back_at or known.evaluated_at < known.resolved_at, true)
                then known.fed_back_at
        end as evaluation_from,
        case when known.evaluated_at >= known.fed_back_at then known.evaluated_at end as evaluated_at,
        case when known.source <> all(cast(:without_resolved as text[])) then known.reported_at end as handling_from,
        case when known.state in ('withdrawn', 'transferred') then known.closed_at else :as_of end as until_at
    from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as known
    inner join units on known.area_id = units.area_id
    where (cast(:kinds as text[]) is null or known.kind = any(cast(:kinds as text[])))
)

select
    timed.key,
    string_agg(app.time_to_event(timed.discovered_at, timed.reported_at, null), '') as discovered_reported,
    string_agg(app.time_to_event(timed.dispatch_from, timed.dispatched_at, timed.until_at), '')
        as reported_dispatched,
    string_agg(app.time_to_event(timed.resolution_from, timed.first_resolved_at, timed.until_at), '')
        as dispatched_resolved,
    string_agg(app.time_to_event(timed.feedback_from, timed.fed_back_at, :as_of), '') as resolved_fed_back,
    string_agg(app.time_to_event(timed.evaluation_from, timed.evaluated_at, :as_of), '') as fed_back_evaluated,
    string_agg(app.time_to_event(timed.handling_from, timed.first_resolved_at, timed.until_at), '')
        as reported_resolved,
    app.midnight(app.key_end(:by, max(timed.reported_day), :period_to) + 1, :time_zone)
    > least(:as_of, min(asked.complete_through))
        as is_provisional
from timed
cross join asked
group by timed.key
