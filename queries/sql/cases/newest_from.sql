-- One row: from when on the cases were reported that are the newest as the store stands, so many of them counted back
-- from as_of; how many were known then of those reported since, fewer where some were recorded later; whether there
-- are no others.
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
    case
        when subdistricts.last_recorded_at <= :as_of then :rows
        else (
            select count(*) from app.cases_at(:subdistrict_id, :as_of) as recent
            where recent.reported_at >= bound.newest_from
        )
    end as known,
    bound.newest_from = '-infinity' as is_all
from bound
inner join app.subdistricts on subdistricts.subdistrict_id = :subdistrict_id
