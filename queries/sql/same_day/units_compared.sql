-- One row per unit: cases of the last seven whole local days and of the seven before, and those resolved by 24:00 of
-- their day (later reopenings left aside, so that both periods have the same follow-up). Units that hold today within
-- the area, each with all below it; those without cases included. Cases of sources that give no closing times are not.
select
    areas.area_id,
    count(cases.case_id) filter (where cases.reported_at >= :period_start) as n,
    count(cases.case_id) filter (where cases.reported_at >= :period_start and cases.is_same_day_resolved) as resolved,
    count(cases.case_id) filter (where cases.reported_at < :period_start) as n_before,
    count(cases.case_id) filter (where cases.reported_at < :period_start and cases.is_same_day_resolved)
        as resolved_before
from app.areas
inner join app.units_of(:subdistrict_id, :area_id, :unit_level) as units on areas.area_id = units.unit_id
left join app.cases_at(:subdistrict_id, :as_of) as cases
    on units.area_id = cases.area_id
        and cases.is_same_day_counted
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and cases.kind = any(cast(:kinds as text[]))
        and cases.reported_at >= :before_start and cases.reported_at < :period_end
where areas.valid_from <= :today and areas.valid_to > :today
group by areas.area_id
order by areas.area_id
