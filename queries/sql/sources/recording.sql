-- One row: what the subdistrict's sources record at all. What none records is "not recorded", never zero.
select
    coalesce(
        (
            select bool_or(sources.records_times) from app.sources
            where sources.subdistrict_id = :subdistrict_id
        ),
        false
    ) as records_times,
    exists(
        select 1 from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.first_due_at is not null
    ) as records_deadlines,
    exists(
        select 1 from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.lon is not null
    ) as records_locations
