-- One row per source that handed in a file in the eight weeks before as_of: on how many days, how many days apart as a
-- rule (the median), the latest clock time at which a day's first file came in the last four weeks, the last day with a
-- file and its last file, through when the source says that its records are complete, and how often it is to be heard
-- (seconds).
with files as (
    select
        import_batches.source,
        import_batches.file_name,
        import_batches.recorded_at,
        import_batches.batch_id,
        import_batches.recorded_at at time zone :time_zone as local_at
    from app.batches_at(:subdistrict_id, :as_of) as import_batches
    where import_batches.file_name is not null
        and import_batches.recorded_at > cast(:as_of as timestamptz) - interval '56 days'
),

days as (
    select
        files.source,
        cast(files.local_at as date) as day,
        min(files.local_at) - date_trunc('day', min(files.local_at)) as first_clock
    from files
    group by files.source, cast(files.local_at as date)
),

gaps as (
    select
        days.source,
        days.day,
        days.first_clock,
        days.day - lag(days.day) over (partition by days.source order by days.day) as days_apart
    from days
),

usual as (
    select
        gaps.source,
        count(*) as days_with_file,
        cast(percentile_disc(0.5) within group (order by gaps.days_apart) as integer) as days_apart,
        cast(
            max(extract(epoch from gaps.first_clock)) filter (where gaps.day > cast(:today as date) - 28)
            as double precision
        ) as latest_second,
        max(gaps.day) as last_day
    from gaps
    group by gaps.source
)

select
    usual.source,
    sources.name_zh,
    sources.name_en,
    cast(extract(epoch from sources.expected_every) as double precision) as expected_every,
    usual.days_with_file,
    usual.days_apart,
    usual.latest_second,
    usual.last_day,
    newest.file_name,
    newest.recorded_at as last_at,
    marked.complete_through
from usual
left join app.sources on sources.subdistrict_id = :subdistrict_id and usual.source = sources.source
cross join
    lateral (
        select
            files.file_name,
            files.recorded_at
        from files
        where files.source = usual.source
        order by files.recorded_at desc, files.batch_id desc
        limit 1
    ) as newest
left join lateral (
    select completeness_marks.complete_through
    from app.completeness_marks
    where completeness_marks.subdistrict_id = :subdistrict_id
        and completeness_marks.source = usual.source
        and completeness_marks.recorded_at <= :as_of
    order by completeness_marks.recorded_at desc, completeness_marks.through_day desc
    limit 1
) as marked on true
order by usual.source
