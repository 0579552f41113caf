-- One row per area: the subdistrict's own marks of all assessed periods that ended within the period, as recorded by
-- as_of; where none did and earlier ones are wanted, of the newest one that ended since marks_from.
-- Of a mark given twice the later counts.
with given as (
    select distinct on (
        assessment_marks.area_id, assessment_marks.period_start, assessment_marks.period_end, assessment_marks.item
    )
        assessment_marks.*
    from app.assessment_marks
    where assessment_marks.subdistrict_id = :subdistrict_id
        and assessment_marks.recorded_at <= :as_of
        and assessment_marks.period_end between :marks_from and :period_to
    order by
        assessment_marks.area_id asc,
        assessment_marks.period_start asc,
        assessment_marks.period_end asc,
        assessment_marks.item asc,
        assessment_marks.recorded_at desc
),

newest as (
    select max(given.period_end) as period_end
    from given
)

select
    given.area_id,
    min(given.period_start) as period_start,
    max(given.period_end) as period_end,
    sum(given.marks) as marks,
    sum(given.full_marks) as full_marks
from given
inner join newest
    on newest.period_end < :period_from and given.period_end = newest.period_end
        or given.period_end >= :period_from
group by given.area_id
order by given.area_id
