-- One row: what the subdistrict's cases carry, as the store stands. Asked only where a figure found nothing.
select
    exists(
        select 1 from app.cases
        where cases.subdistrict_id = :subdistrict_id
    ) as has_cases,
    exists(
        select 1 from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.first_resolved_at is not null
    ) as has_resolved,
    exists(
        select 1 from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.satisfaction is not null
    ) as has_marks
