-- One row: the mode the subdistrict works in at as_of, since when and why, who has set it, and when one that is planned
-- will take its place. Normal, since no moment, where none was ever set.
with known as (
    select operating_mode.*
    from app.operating_mode
    where operating_mode.subdistrict_id = :subdistrict_id and operating_mode.recorded_at <= :as_of
),

standing as (
    select known.*
    from known
    where known.since <= :as_of
    order by known.since desc, known.recorded_at desc
    limit 1
)

select
    coalesce(standing.mode, 'normal') as mode,
    standing.since,
    coalesce(standing.reason_zh, '') as reason_zh,
    coalesce(standing.reason_en, '') as reason_en,
    coalesce(standing.is_by_rule, false) as is_by_rule,
    coalesce(standing.is_held, false) as is_held,
    (select min(known.since) from known where known.since > :as_of) as next_at
from (select 1) as always
left join standing on true
