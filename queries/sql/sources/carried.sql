-- One row: what the subdistrict's cases carry, as the store stands. Asked only where a figure found nothing.
select
    (
        -- the least of an index, and not the first row found, which other subdistricts' rows may come before
        select min(cases.reported_at) from app.cases
        where cases.subdistrict_id = :subdistrict_id
    ) is not null as has_cases,
    (
        select min(cases.first_resolved_at) from app.cases
        where cases.subdistrict_id = :subdistrict_id
    ) is not null as has_resolved,
    (
        select min(cases.evaluated_at) from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.satisfaction is not null
    ) is not null as has_marks
