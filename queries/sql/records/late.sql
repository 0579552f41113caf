-- One row per source with a row of the log recorded in the seven days before as_of: how many there were, how many of
-- them were recorded more than an hour and more than a day after they happened, and the longest such delay.
-- Whole hours are counted already (app.recorded_hours). Of the hours cut by either end the rows of the log are read,
-- from the earliest thing that was recorded in them: an hour knows its longest delay.
with edges as materialized (
    select
        cast(:as_of as timestamptz) - interval '7 days' as begun,
        date_trunc('hour', cast(:as_of as timestamptz) - interval '7 days', 'UTC') + interval '1 hour' as first_hour,
        case
            when subdistricts.last_recorded_at > :as_of then date_trunc('hour', cast(:as_of as timestamptz), 'UTC')
            else 'infinity'
        end as last_hour
    from app.subdistricts
    where subdistricts.subdistrict_id = :subdistrict_id
),

earliest as materialized (
    select min(recorded_hours.recorded_hour - recorded_hours.longest_delay) as occurred_at
    from app.recorded_hours
    where recorded_hours.subdistrict_id = :subdistrict_id
        and recorded_hours.recorded_hour in (
            (select edges.first_hour - interval '1 hour' from edges), (select edges.last_hour from edges)
        )
),

cut as materialized (
    select case_log.case_id, case_log.recorded_at - case_log.occurred_at as delay
    from app.case_log
    where case_log.subdistrict_id = :subdistrict_id
        and case_log.event <> 'corrected'
        and case_log.occurred_at >= (select earliest.occurred_at from earliest)
        and (
            (
                case_log.recorded_at > (select edges.begun from edges)
                and case_log.recorded_at < (select edges.first_hour from edges)
            )
            or (case_log.recorded_at >= (select edges.last_hour from edges) and case_log.recorded_at <= :as_of)
        )
),

told as (
    select
        recorded_hours.source,
        recorded_hours.recorded,
        recorded_hours.hour_late,
        recorded_hours.day_late,
        recorded_hours.longest_delay
    from app.recorded_hours
    where recorded_hours.subdistrict_id = :subdistrict_id
        and recorded_hours.recorded_hour >= (select edges.first_hour from edges)
        and recorded_hours.recorded_hour < (select edges.last_hour from edges)
    union all
    select
        coalesce(cases.source, vanished_cases.source) as source,
        1 as recorded,
        cast(cut.delay > interval '1 hour' as integer) as hour_late,
        cast(cut.delay > interval '1 day' as integer) as day_late,
        cut.delay as longest_delay
    from cut
    left join app.cases on cases.subdistrict_id = :subdistrict_id and cut.case_id = cases.case_id
    left join app.vanished_cases
        on vanished_cases.subdistrict_id = :subdistrict_id and cut.case_id = vanished_cases.case_id
),

counted as (
    select
        told.source,
        sum(told.recorded) as recorded,
        sum(told.hour_late) as hour_late,
        sum(told.day_late) as day_late,
        max(told.longest_delay) as longest_delay
    from told
    group by told.source
)

select
    counted.source,
    sources.name_zh,
    sources.name_en,
    cast(counted.recorded as integer) as recorded,
    cast(counted.hour_late as integer) as hour_late,
    cast(counted.day_late as integer) as day_late,
    cast(extract(epoch from counted.longest_delay) as double precision) as longest_seconds
from counted
left join app.sources on sources.subdistrict_id = :subdistrict_id and counted.source = sources.source
order by counted.day_late desc, counted.hour_late desc, counted.source asc
