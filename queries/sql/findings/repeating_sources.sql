-- One row per source with a case or a batch in the period: cases that repeat another of the source (same matter, place,
-- party and words within an hour before; where neither place nor party is known nobody can tell), and batches that
-- brought nothing new; now and in the past before.
with narrow as materialized (
    select
        cases.source,
        cases.case_id,
        cases.reported_at >= :period_start as is_of_period,
        -- of any source: what lies between two of one source is near both
        cases.reported_at - lag(cases.reported_at) over of_matter <= interval '1 hour' as follows,
        lead(cases.reported_at) over of_matter - cases.reported_at <= interval '1 hour' as is_followed
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :past_start and cases.reported_at < :period_end
    window of_matter as (
        partition by (cast(cases.area_id as bigint) << 32) + cases.type_id order by cases.reported_at
    )
),

-- only a case that has another of its matter within an hour in its area can repeat one or be repeated
repeated as materialized (
    select told.case_id, told.source, told.is_of_period
    from (
        select
            cases.case_id,
            cases.source,
            cases.reported_at >= :period_start as is_of_period,
            (cases.lon is not null or cases.party_key is not null) and cases.reported_at - lag(cases.reported_at) over (
                partition by
                    cases.source, cases.area_id, cases.type_id, cases.lon, cases.lat, cases.party_key, cases.summary
                order by cases.reported_at, cases.case_id
            ) <= interval '1 hour' as is_repeated
        from app.cases_at(:subdistrict_id, :as_of) as cases
        where cases.case_id = any(array(
                select narrow.case_id from narrow where narrow.follows or narrow.is_followed
            ))
    ) as told
    where told.is_repeated
),

of_cases as (
    select
        narrow.source,
        count(*) filter (where narrow.is_of_period) as n,
        count(*) filter (where not narrow.is_of_period) as n_before
    from narrow
    group by narrow.source
),

of_repeated as (
    select
        repeated.source,
        count(*) filter (where repeated.is_of_period) as observed,
        count(*) filter (where not repeated.is_of_period) as observed_before
    from repeated
    group by repeated.source
),

of_batches as (
    select
        import_batches.source,
        count(*) filter (where import_batches.recorded_at >= :period_start) as n,
        count(*) filter (
            where import_batches.recorded_at >= :period_start
            and import_batches.rows_unchanged = import_batches.rows_read
        ) as observed,
        count(*) filter (where import_batches.recorded_at < :period_start) as n_before,
        count(*) filter (
            where import_batches.recorded_at < :period_start
            and import_batches.rows_unchanged = import_batches.rows_read
        ) as observed_before
    from app.import_batches
    where import_batches.subdistrict_id = :subdistrict_id
        and import_batches.status = 'absorbed' and import_batches.rows_read > 0
        and import_batches.recorded_at >= :past_start and import_batches.recorded_at < :period_end
        and import_batches.recorded_at <= :as_of
    group by import_batches.source
)

select
    sources.source,
    sources.name_zh,
    sources.name_en,
    cast(coalesce(of_cases.n, 0) as integer) as n,
    cast(coalesce(of_repeated.observed, 0) as integer) as observed,
    cast(coalesce(of_cases.n_before, 0) as integer) as n_before,
    cast(coalesce(of_repeated.observed_before, 0) as integer) as observed_before,
    cast(coalesce(of_batches.n, 0) as integer) as batches,
    cast(coalesce(of_batches.observed, 0) as integer) as batches_observed,
    cast(coalesce(of_batches.n_before, 0) as integer) as batches_before,
    cast(coalesce(of_batches.observed_before, 0) as integer) as batches_observed_before,
    coalesce(
        (
            select jsonb_agg(repeated.case_id order by repeated.case_id)
            from repeated
            where repeated.source = sources.source and repeated.is_of_period
        ),
        '[]'
    ) as case_ids
from app.sources
left join of_cases on sources.source = of_cases.source
left join of_repeated on sources.source = of_repeated.source
left join of_batches on sources.source = of_batches.source
where sources.subdistrict_id = :subdistrict_id
    and coalesce(of_cases.n, 0) + coalesce(of_batches.n, 0) > 0
order by sources.position, sources.source
