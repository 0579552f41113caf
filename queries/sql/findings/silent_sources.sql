-- One row per source with cases in the past: the stretch without a case, ended in the period or still running, in which
-- most cases would have been expected by the source's own past: hour by hour, working days and rest days apart.
-- daily_mean and daily_variance: of its cases on the past's days. Of the five longest stretches of each source.
with days as materialized (
    select
        cast(moments.day as date) as day,
        coalesce(calendar.is_working_day, extract(isodow from moments.day) < 6) as is_working
    from generate_series(
            cast(cast(:past_from as date) as timestamp), cast(cast(:period_to as date) as timestamp), interval '1 day'
        ) as moments (day)
    left join app.calendar on cast(moments.day as date) = calendar.day
),

kinds_of_day as (
    select days.is_working, count(*) as days
    from days
    where days.day < :period_from
    group by days.is_working
),

-- read for the period and for its past, each by itself
reported as not materialized (
    select cases.source, cases.reported_at, cases.reported_day, cases.reported_hour
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :past_start and cases.reported_at < :period_end
),

of_period as materialized (
    select reported.source, reported.reported_at
    from reported
    where reported.reported_at >= :period_start
),

of_past as materialized (
    select
        reported.source,
        reported.reported_day,
        reported.reported_hour,
        count(*) as cases,
        max(reported.reported_at) as last_at
    from reported
    where reported.reported_at < :period_start
    group by reported.source, reported.reported_day, reported.reported_hour
),

hourly as (
    select
        of_past.source,
        days.is_working,
        of_past.reported_hour as hour,
        cast(sum(of_past.cases) as double precision) / max(kinds_of_day.days) as cases
    from of_past
    inner join days on of_past.reported_day = days.day
    inner join kinds_of_day on days.is_working = kinds_of_day.is_working
    group by of_past.source, days.is_working, of_past.reported_hour
),

heard as (
    select of_period.source, count(*) as cases
    from of_period
    group by of_period.source
),

daily as (
    select
        counted.source,
        sum(counted.cases) / :past_days as mean,
        -- days without a case are no rows, but days all the same
        greatest(
            (sum(power(counted.cases, 2)) - power(sum(counted.cases), 2) / :past_days) / (:past_days - 1), 0
        ) as variance,
        max(counted.last_at) as last_at
    from (
        select of_past.source, of_past.reported_day, sum(of_past.cases) as cases, max(of_past.last_at) as last_at
        from of_past
        group by of_past.source, of_past.reported_day
    ) as counted
    group by counted.source
),

-- stretches that end in the period begin there, or with the last case before
moments as (
    select of_period.source, of_period.reported_at, false as is_end from of_period
    union all
    select daily.source, daily.last_at as reported_at, false as is_end from daily
    union all
    select daily.source, least(:period_end, :as_of) as reported_at, true as is_end from daily
),

stretches as (
    select
        moments.source,
        moments.is_end,
        moments.reported_at as until,
        lag(moments.reported_at) over (
            partition by moments.source order by moments.reported_at, moments.is_end
        ) as since
    from moments
),

longest as (
    select
        stretches.*,
        row_number() over (partition by stretches.source order by stretches.until - stretches.since desc) as position
    from stretches
    where stretches.until >= :period_start and stretches.since is not null
),

hours as (
    select
        longest.source,
        longest.since,
        longest.until,
        longest.is_end,
        generate_series(date_trunc('hour', longest.since), longest.until, interval '1 hour') as start
    from longest
    where longest.position <= 5
),

judged as (
    select
        hours.source,
        hours.since,
        hours.until,
        hours.is_end,
        coalesce(sum(
            hourly.cases * extract(
                epoch from least(hours.until, hours.start + interval '1 hour') - greatest(hours.since, hours.start)
            ) / 3600
        ), 0) as expected
    from hours
    inner join days on cast(hours.start at time zone :time_zone as date) = days.day
    left join hourly
        on hours.source = hourly.source
            and days.is_working = hourly.is_working
            and extract(hour from hours.start at time zone :time_zone) = hourly.hour
    group by hours.source, hours.since, hours.until, hours.is_end
),

worst as (
    select distinct on (judged.source) judged.*
    from judged
    order by judged.source asc, judged.expected desc, judged.since asc
)

select
    worst.source,
    sources.name_zh,
    sources.name_en,
    worst.since,
    worst.until,
    worst.is_end as is_running,
    cast(worst.expected as double precision) as expected,
    cast(coalesce(heard.cases, 0) as integer) as reported,
    cast(daily.mean as double precision) as daily_mean,
    cast(daily.variance as double precision) as daily_variance
from worst
inner join daily on worst.source = daily.source
left join heard on worst.source = heard.source
inner join app.sources on sources.subdistrict_id = :subdistrict_id and worst.source = sources.source
order by sources.position, worst.source
