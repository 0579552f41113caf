-- One row: what the subdistrict's sources record at all. What none records is "not recorded", never zero.
select
    coalesce(
        (
            select bool_or(sources.records_times) from app.sources
            where sources.subdistrict_id = :subdistrict_id
        ),
        false
    ) as records_times,
    -- by the index that holds the deadlines, and by the subdistrict's own cases in the order of their numbers: a plan
    -- that looks for any case of it would read through those of the whole city first
    (
        select max(cases.first_due_at) from app.cases
        where cases.subdistrict_id = :subdistrict_id
    ) is not null as records_deadlines,
    (
        select cases.lon from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.lon is not null
        order by cases.case_id
        limit 1
    ) is not null as records_locations
