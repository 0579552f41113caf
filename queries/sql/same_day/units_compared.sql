-- One row per unit: cases of the last seven whole local days and of the seven before, and those resolved by 24:00 of
-- their day (later reopenings left aside, so that both periods have the same follow-up). Units without cases included;
-- cases of sources that give no closing times are not.
select
    areas.area_id,
    count(cases.case_id) filter (where cases.reported_at >= :period_start) as n,
    count(cases.case_id) filter (where cases.reported_at >= :period_start and cases.is_same_day_resolved) as resolved,
    count(cases.case_id) filter (where cases.reported_at < :period_start) as n_before,
    count(cases.case_id) filter (where cases.reported_at < :period_start and cases.is_same_day_resolved)
        as resolved_before
from app.areas
left join app.cases_at(:subdistrict_id, :as_of) as cases
    on areas.area_id = cases.area_id
        and cases.is_same_day_counted
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and cases.kind = any(cast(:kinds as text[]))
        and cases.reported_at >= :before_start and cases.reported_at < :period_end
where areas.subdistrict_id = :subdistrict_id
    and areas.level = :unit_level
    and areas.valid_from <= :today and areas.valid_to > :today
group by areas.area_id
order by areas.area_id
