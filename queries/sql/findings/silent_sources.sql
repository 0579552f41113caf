-- One row per source with cases in the past: the stretch without a case, ended in the period or still running, in which
-- most cases would have been expected by the source's own hours of the week in the past.
-- daily_mean and daily_variance: of its cases on the past's days. Of the five longest stretches of each source.
with reported as materialized (
    select cases.source, cases.reported_at, cases.reported_day, cases.reported_at >= :period_start as is_of_period
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :past_start and cases.reported_at < :period_end
),

weekly as (
    select
        reported.source,
        extract(isodow from reported.reported_at at time zone :time_zone) as weekday,
        extract(hour from reported.reported_at at time zone :time_zone) as hour,
        count(*) * 7.0 / :past_days as cases
    from reported
    where not reported.is_of_period
    group by reported.source, weekday, hour
),

daily as (
    select
        counted.source,
        sum(counted.cases) / :past_days as mean,
        -- days without a case are no rows, but days all the same
        greatest(
            (sum(power(counted.cases, 2)) - power(sum(counted.cases), 2) / :past_days) / (:past_days - 1), 0
        ) as variance
    from (
        select reported.source, reported.reported_day, count(*) as cases
        from reported
        where not reported.is_of_period
        group by reported.source, reported.reported_day
    ) as counted
    group by counted.source
),

moments as (
    select reported.source, reported.reported_at, false as is_end from reported
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
            weekly.cases * extract(
                epoch from least(hours.until, hours.start + interval '1 hour') - greatest(hours.since, hours.start)
            ) / 3600
        ), 0) as expected
    from hours
    left join weekly
        on hours.source = weekly.source
            and extract(isodow from hours.start at time zone :time_zone) = weekly.weekday
            and extract(hour from hours.start at time zone :time_zone) = weekly.hour
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
    cast((
        select count(*) from reported where reported.source = worst.source and reported.is_of_period
    ) as integer) as reported,
    cast(daily.mean as double precision) as daily_mean,
    cast(daily.variance as double precision) as daily_variance
from worst
inner join daily on worst.source = daily.source
inner join app.sources on sources.subdistrict_id = :subdistrict_id and worst.source = sources.source
order by sources.position, worst.source
