-- One row: from when on the newest cases were reported, so many of them counted back from as_of.
select coalesce(
    (
        select cases.reported_at
        from app.cases
        where cases.subdistrict_id = :subdistrict_id and cases.reported_at <= :as_of
        order by cases.reported_at desc
        limit 1 offset :rows
    ),
    cast('-infinity' as timestamptz)
) as newest_from
