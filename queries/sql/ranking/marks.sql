-- One row per area: the subdistrict's own marks of all assessed periods that ended within the period, as recorded by
-- as_of; where none did and earlier ones are wanted, of the newest one that ended since marks_from.
-- Of a mark given twice the later counts. A total stands instead of the items of the same period.
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

counted as (
    select given.*
    from given
    where given.item = 'total'
        or not exists (
            select 1
            from given as total
            where total.area_id = given.area_id and total.item = 'total'
                and total.period_start = given.period_start and total.period_end = given.period_end
        )
),

newest as (
    select max(counted.period_end) as period_end
    from counted
)

select
    counted.area_id,
    min(counted.period_start) as period_start,
    max(counted.period_end) as period_end,
    sum(counted.marks) as marks,
    sum(counted.full_marks) as full_marks
from counted
inner join newest
    on newest.period_end < :period_from and counted.period_end = newest.period_end
        or counted.period_end >= :period_from
group by counted.area_id
order by counted.area_id
