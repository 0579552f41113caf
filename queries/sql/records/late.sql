-- One row per source with a row of the log recorded in the seven days before as_of: how many there were, how many of
-- them were recorded more than an hour and more than a day after they happened, and the longest such delay.
with touched as materialized (
    select
        cases.case_id,
        cases.source,
        cases.first_occurred_at
    from app.cases
    where cases.subdistrict_id = :subdistrict_id
        and cases.last_recorded_at > cast(:as_of as timestamptz) - interval '7 days'
),

-- prunes the months before the oldest of these cases
bounds as materialized (
    select min(touched.first_occurred_at) as earliest from touched
),

told as (
    select
        touched.source,
        logged.recorded_at - logged.occurred_at as delay
    from touched
    inner join app.case_log as logged on touched.case_id = logged.case_id
    where logged.subdistrict_id = :subdistrict_id
        and logged.occurred_at >= (select bounds.earliest from bounds)
        and logged.recorded_at > cast(:as_of as timestamptz) - interval '7 days' and logged.recorded_at <= :as_of
        and logged.occurred_at <= :as_of
        and logged.event <> 'corrected'
),

counted as (
    select
        told.source,
        count(*) as recorded,
        count(*) filter (where told.delay > interval '1 hour') as hour_late,
        count(*) filter (where told.delay > interval '1 day') as day_late,
        max(told.delay) as longest
    from told
    group by told.source
)

select
    counted.source,
    sources.name_zh,
    sources.name_en,
    counted.recorded,
    counted.hour_late,
    counted.day_late,
    cast(extract(epoch from counted.longest) as double precision) as longest_seconds
from counted
left join app.sources on sources.subdistrict_id = :subdistrict_id and counted.source = sources.source
order by counted.day_late desc, counted.hour_late desc, counted.source asc
