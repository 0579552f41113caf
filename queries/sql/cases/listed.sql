-- One row per case reported in the period at the area asked about or below it, of the kinds asked for, as known at
-- as_of, newest first: a page of them, each with the number of all. `behind` narrows them to those behind a figure:
-- open; overdue (open past its deadline); not_same_day (counted by same-day resolution and not resolved by 24:00 of its
-- day); late (past its first deadline and not closed by then); reopened; handed_up; withdrawn.
with chosen as (
    select known.*
    from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as known
    where (cast(:kinds as text[]) is null or known.kind = any(cast(:kinds as text[])))
        and (cast(:area_id as integer) is null or known.area_id in (
            select within.descendant_id from app.area_closure as within where within.ancestor_id = :area_id
        ))
        and (cast(:behind as text) <> 'open' or known.state = 'open')
        and (cast(:behind as text) <> 'overdue' or known.state = 'open' and known.due_at < :as_of)
        and (cast(:behind as text) <> 'not_same_day' or known.is_same_day_counted and not known.is_same_day_resolved)
        and (
            cast(:behind as text) <> 'late' or known.state in ('open', 'resolved') and known.first_due_at <= :as_of
            and coalesce(known.first_resolved_at > known.first_due_at, true)
        )
        and (cast(:behind as text) <> 'reopened' or known.reopened_count > 0)
        and (cast(:behind as text) <> 'handed_up' or known.escalation_count > 0)
        and (cast(:behind as text) <> 'withdrawn' or known.state = 'withdrawn')
),

page as (
    select chosen.*, count(*) over () as of_all
    from chosen
    order by chosen.reported_at desc, chosen.case_id desc
    limit cast(:rows as integer) offset cast(:skipped as integer)
)

select
    page.case_id,
    page.reported_at,
    page.kind,
    page.risk,
    coalesce(page.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    areas.code as area_code,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    page.channel,
    page.state,
    page.level,
    page.due_at,
    page.closed_at,
    page.reopened_count,
    page.escalation_count,
    page.of_all
from page
inner join app.case_types on page.type_id = case_types.type_id
inner join app.areas on page.area_id = areas.area_id
order by page.reported_at desc, page.case_id desc
