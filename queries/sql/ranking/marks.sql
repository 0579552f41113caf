-- One row per area: the subdistrict's own marks of the newest assessed period that ended within the given days, as
-- recorded by as_of; of a mark given twice the later counts.
with given as (
    select distinct on (
        assessment_marks.area_id, assessment_marks.period_start, assessment_marks.period_end, assessment_marks.item
    )
        assessment_marks.*
    from app.assessment_marks
    where assessment_marks.subdistrict_id = :subdistrict_id
        and assessment_marks.recorded_at <= :as_of
        and assessment_marks.period_end between :marks_from and :marks_to
    order by
        assessment_marks.area_id asc,
        assessment_marks.period_start asc,
        assessment_marks.period_end asc,
        assessment_marks.item asc,
        assessment_marks.recorded_at desc
),

newest as (
    select given.period_start, given.period_end
    from given
    order by given.period_end desc, given.period_start desc
    limit 1
)

select
    given.area_id,
    given.period_start,
    given.period_end,
    sum(given.marks) as marks,
    sum(given.full_marks) as full_marks
from given
inner join newest on given.period_start = newest.period_start and given.period_end = newest.period_end
group by given.area_id, given.period_start, given.period_end
order by given.area_id
