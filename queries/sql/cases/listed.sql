-- One row per case of the period at the area asked about or below it, of the kinds asked for, as known at as_of, newest
-- first: a page of them, each with the number of all. The period's days are those of the report, unless said otherwise;
-- without a period, of any day.
-- `behind` narrows them to those behind a figure: open; overdue (open past its deadline); late (past its first deadline
-- and not closed by then); reopened; handed_up; withdrawn; and, to the case, what a rate does not count as good:
-- not_same_day (same-day resolution), not_on_the_spot, not_at_base (resolved or open above the community), not_on_time
-- (of those first due in the period); or what it counts: returned (of those first resolved in the period). A case that
-- its source reported and never closes, because it gives no closing times, is said to be not_recorded instead of open.
with asked as materialized (
    select
        app.untimed_sources(:subdistrict_id) as untimed,
        app.midnight(cast(:today as date) - cast(:follow_up_days as integer), :time_zone) as followed_before
),

-- whose period it is: only one of the three remains when this is planned
chosen as (
    select known.case_id, known.reported_at, known.first_occurred_at
    from app.cases_at(:subdistrict_id, :as_of) as known
    where (
        (
            cast(:behind as text) not in ('not_on_time', 'returned')
            and (
                cast(:period_start as timestamptz) is null
                or known.reported_at >= :period_start and known.reported_at < :period_end
            )
        )
        or (
            cast(:behind as text) = 'not_on_time'
            and known.first_due_at >= :period_start and known.first_due_at < :period_end
            and known.first_due_at <= :as_of
            and coalesce(known.first_resolved_at > known.first_due_at, true)
            and not (known.state in ('withdrawn', 'transferred') and known.closed_at < known.first_due_at)
        )
        or (
            cast(:behind as text) = 'returned'
            and known.first_resolved_at >= :period_start and known.first_resolved_at < :period_end
            and known.first_resolved_at < (select way.followed_before from asked as way)
            and app.is_returned(
                known.first_resolved_at, known.reopened_days, known.last_reopened_at, known.open_spells,
                cast(known.first_resolved_at at time zone :time_zone as date) + cast(:follow_up_days as integer),
                :time_zone
            )
        )
    )
    and (cast(:kinds as text[]) is null or known.kind = any(cast(:kinds as text[])))
    and (cast(:area_id as integer) is null or known.area_id in (
        select within.descendant_id from app.area_closure as within where within.ancestor_id = :area_id
    ))
    and (cast(:type_code as text) is null or known.type_id in (
        select case_types.type_id from app.case_types where case_types.code = :type_code
    ))
    and (cast(:channel as text) is null or known.channel = :channel)
    and (cast(:risk as text) is null or known.risk = :risk)
    and (cast(:hour as integer) is null or known.reported_hour = :hour)
    and (cast(:behind as text) <> 'open' or known.state = 'open')
    and (cast(:behind as text) <> 'overdue' or known.state = 'open' and known.due_at < :as_of)
    and (cast(:behind as text) <> 'not_same_day' or known.is_same_day_counted and not known.is_same_day_kept)
    and (
        cast(:behind as text) <> 'late' or known.state in ('open', 'resolved') and known.first_due_at <= :as_of
        and coalesce(known.first_resolved_at > known.first_due_at, true)
    )
    and (cast(:behind as text) <> 'reopened' or known.reopened_count > 0)
    and (cast(:behind as text) <> 'handed_up' or known.escalation_count > 0)
    and (cast(:behind as text) <> 'withdrawn' or known.state = 'withdrawn')
    and (
        cast(:behind as text) <> 'not_on_the_spot'
        or known.state in ('open', 'resolved') and not known.is_on_the_spot
    )
    and (
        cast(:behind as text) <> 'not_at_base'
        or known.state = 'open' and known.level not in ('grid', 'community')
        or known.state = 'resolved' and coalesce(known.resolved_level not in ('grid', 'community'), true)
    )
    -- how a case of a source without closing times went is not known: no figure counts it
    and (
        cast(:behind as text) not in (
            'open', 'overdue', 'late', 'not_same_day', 'not_on_the_spot', 'not_at_base', 'not_on_time', 'returned'
        )
        or known.source <> all(cast((select way.untimed from asked as way) as text[]))
    )
),

page as materialized (
    select chosen.case_id, chosen.reported_at, chosen.first_occurred_at, count(*) over () as of_all
    from chosen
    order by chosen.reported_at desc, chosen.case_id desc
    limit cast(:rows as integer) offset cast(:skipped as integer)
)

select
    shown.case_id,
    shown.reported_at,
    shown.kind,
    shown.risk,
    coalesce(shown.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    areas.code as area_code,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    shown.channel,
    case
        when shown.state = 'open' and shown.source = any(cast((select way.untimed from asked as way) as text[]))
            then 'not_recorded'
        else shown.state
    end as state,
    shown.level,
    shown.due_at,
    shown.closed_at,
    shown.reopened_count,
    shown.escalation_count,
    page.of_all
from page
inner join
    app.cases_of(
        :subdistrict_id, array(select one.case_id from page as one),
        (select min(first.first_occurred_at) from page as first), :as_of
    ) as shown
    on page.case_id = shown.case_id
inner join app.case_types on shown.type_id = case_types.type_id
inner join app.areas on shown.area_id = areas.area_id
order by shown.reported_at desc, shown.case_id desc
