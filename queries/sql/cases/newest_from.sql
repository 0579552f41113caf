-- One row: from when on the cases were reported that are the newest as the store stands, so many of them counted back
-- from as_of; whether they are all there are; whether all of them were known then, since nothing was recorded later.
with bound as (
    select coalesce(
        (
            select cases.reported_at
            from app.cases
            where cases.subdistrict_id = :subdistrict_id and cases.reported_at <= :as_of
            order by cases.reported_at desc
            limit 1 offset :rows - 1
        ),
        cast('-infinity' as timestamptz)
    ) as newest_from
)

select
    bound.newest_from,
    bound.newest_from = '-infinity' as is_all,
    subdistricts.last_recorded_at <= :as_of as is_newest_record
from bound
inner join app.subdistricts on subdistricts.subdistrict_id = :subdistrict_id
