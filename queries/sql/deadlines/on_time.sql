-- One row: cases first due in the period and by as_of, not withdrawn or transferred before that deadline, and those of
-- them first resolved by it; extended ones are counted beside.
select
    count(*) as n,
    count(*) filter (where cases.first_resolved_at <= cases.first_due_at) as on_time,
    count(*) filter (where cases.deadline_changes > 0) as extended
from app.cases_at(:subdistrict_id, :as_of) as cases
where cases.first_due_at >= :period_start and cases.first_due_at < :period_end
    and cases.first_due_at <= :as_of
    and not (cases.state in ('withdrawn', 'transferred') and cases.closed_at < cases.first_due_at)
    and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    and (cast(:area_id as integer) is null or exists (
        select 1 from app.area_closure as chosen
        where chosen.ancestor_id = :area_id and chosen.descendant_id = cases.area_id
            and chosen.valid_from <= cases.reported_day and chosen.valid_to > cases.reported_day
    ))
