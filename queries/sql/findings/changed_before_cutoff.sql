-- One row per unit in which such a change was made to cases not yet closed while the cut-off lay ahead: the changes
-- made shortly before it, beside the rate they flatter with and without those cases.
-- Cut-offs and how long before them counts. midnight: 24:00 of the day reported, two hours, same-day resolution.
-- deadline: as it stood before the change, two hours or a tenth of the time allowed if less, on-time rate. cycle: the
-- end of the assessment cycle, a day, on-time rate. A change belongs to the unit that had the case before it.
-- On time of extended cases is told by the deadline as it stands, since that is what an extension flatters. Cases of
-- sources that give no closing times take no part.
with untimed as materialized (
    select app.untimed_sources(:subdistrict_id) as sources
),

units as materialized (
    select units_of.*, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
),

dated as materialized (
    select
        changes.*,
        app.midnight(
            cast(changes.changed_at at time zone :time_zone as date) + :cycle_days - mod(
                mod(cast(changes.changed_at at time zone :time_zone as date) - cast(:anchor as date), :cycle_days)
                + :cycle_days,
                :cycle_days
            ),
            :time_zone
        ) as cycle_end
    from app.changes_at(:subdistrict_id, :period_start, :period_end, :as_of) as changes
    where changes.change = :change
),

-- found by their numbers, all at once
told_of as materialized (
    select cases.case_id, cases.reported_day, cases.reported_at, cases.first_resolved_at
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.case_id = any(array(select dated.case_id from dated))
        and cases.source <> all(cast((select untimed.sources from untimed) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])) or :change = 'retyped')
),

made as materialized (
    select
        dated.case_id,
        dated.area_id,
        dated.changed_at,
        cases.reported_day,
        case :cutoff
            when 'midnight' then app.midnight(cases.reported_day + 1, :time_zone)
            when 'deadline' then dated.due_at
            else dated.cycle_end
        end as cutoff_at,
        case :cutoff
            when 'midnight' then interval '2 hours'
            when 'deadline' then least(interval '2 hours', (dated.due_at - cases.reported_at) / 10)
            else interval '1 day'
        end as shortly
    from dated
    inner join told_of as cases on dated.case_id = cases.case_id
    where cases.first_resolved_at is null or cases.first_resolved_at > dated.changed_at
),

changed as (
    select
        units.unit_id,
        units.unit_kind,
        made.case_id,
        bool_or(made.changed_at >= made.cutoff_at - made.shortly) as is_suspect
    from made
    inner join units on made.area_id = units.area_id
    where made.changed_at < made.cutoff_at
    group by units.unit_id, units.unit_kind, made.case_id
),

cohort as materialized (
    select
        units.unit_id,
        cases.case_id,
        case
            when :cutoff = 'midnight' then cases.is_same_day_kept
            when :change = 'extended'
                then coalesce(cases.first_resolved_at <= cases.due_at, cases.due_at > :as_of)
            else coalesce(cases.first_resolved_at <= cases.first_due_at, false)
        end as is_good
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join units on cases.area_id = units.area_id
    where cases.source <> all(cast((select untimed.sources from untimed) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and (
            (
                :cutoff = 'midnight' and cases.is_same_day_counted
                and cases.reported_at >= :period_start and cases.reported_at < :period_end
            )
            or (
                :cutoff <> 'midnight' and cases.first_due_at <= :as_of
                and cases.first_due_at >= :period_start and cases.first_due_at < :period_end
                and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
            )
        )
),

figure as (
    select cohort.unit_id, count(*) as n, count(*) filter (where cohort.is_good) as good
    from cohort
    group by cohort.unit_id
),

told as (
    select
        changed.unit_id,
        changed.unit_kind,
        changed.case_id,
        changed.is_suspect,
        cohort.case_id is not null as is_counted,
        coalesce(cohort.is_good, false) as is_good
    from changed
    left join cohort on changed.unit_id = cohort.unit_id and changed.case_id = cohort.case_id
)

select
    told.unit_id as area_id,
    told.unit_kind as kind,
    cast(:cutoff as text) as cutoff,
    cast(count(*) as integer) as n,
    cast(count(*) filter (where told.is_suspect) as integer) as observed,
    cast(coalesce(figure.n, 0) as integer) as figure_n,
    cast(coalesce(figure.good, 0) as integer) as figure_good,
    -- without the suspect ones that were good: as if they had not been
    cast(coalesce(figure.n, 0) + count(*) filter (where told.is_suspect and not told.is_counted) as integer)
        as n_without,
    cast(coalesce(figure.good, 0) - count(*) filter (where told.is_suspect and told.is_good) as integer)
        as good_without,
    coalesce(jsonb_agg(told.case_id order by told.case_id) filter (where told.is_suspect), '[]') as case_ids
from told
left join figure on told.unit_id = figure.unit_id
group by told.unit_id, told.unit_kind, figure.n, figure.good
order by told.unit_id
