-- One row per matter and masked summary of a case reported from past_start to the period's end: how many cases of the
-- period have it, and how many of the time before, of which only every so-many-th case is taken (by its number). Of
-- kinds whose single cases may be shown; a summary that was erased is none.
select
    cases.type_id,
    cases.summary,
    count(*) filter (where cases.reported_at >= :period_start) as n,
    count(*) filter (where cases.reported_at < :period_start) as n_before
from app.cases_reported(:subdistrict_id, :as_of, :past_start, :period_end) as cases
where cases.summary is not null
    and cases.kind = any(cast(:kinds as text[]))
    and (:every = 1 or cases.reported_at >= :period_start or cases.case_id % :every = 0)
    and (cast(:area_id as integer) is null or cases.area_id in (
        select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
    ))
group by cases.type_id, cases.summary
order by cases.type_id, cases.summary
