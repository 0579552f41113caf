-- One row per source with a case or a batch in the period: cases that repeat another of the source (same matter, place,
-- party and words within an hour before; where neither place nor party is known nobody can tell), and batches that
-- brought nothing new; now and in the past before.
with reported as (
    select
        cases.source,
        cases.case_id,
        cases.reported_at >= :period_start as is_of_period,
        (cases.lon is not null or cases.party_key is not null) and coalesce(
            cases.reported_at - lag(cases.reported_at) over (
                partition by
                    cases.source, cases.area_id, cases.type_id, cases.lon, cases.lat, cases.party_key, cases.summary
                order by cases.reported_at, cases.case_id
            ) <= interval '1 hour',
            false
        ) as is_repeated
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where cases.reported_at >= :past_start and cases.reported_at < :period_end
),

batches as (
    select
        import_batches.source,
        import_batches.recorded_at >= :period_start as is_of_period,
        import_batches.rows_unchanged = import_batches.rows_read as is_repeated
    from app.import_batches
    where import_batches.subdistrict_id = :subdistrict_id
        and import_batches.status = 'absorbed' and import_batches.rows_read > 0
        and import_batches.recorded_at >= :past_start and import_batches.recorded_at < :period_end
        and import_batches.recorded_at <= :as_of
),

told as (
    select reported.source, reported.is_of_period, reported.is_repeated, reported.case_id, true as is_case
    from reported
    union all
    select batches.source, batches.is_of_period, batches.is_repeated, null as case_id, false as is_case
    from batches
)

select
    told.source,
    sources.name_zh,
    sources.name_en,
    cast(count(*) filter (where told.is_case and told.is_of_period) as integer) as n,
    cast(count(*) filter (where told.is_case and told.is_of_period and told.is_repeated) as integer) as observed,
    cast(count(*) filter (where told.is_case and not told.is_of_period) as integer) as n_before,
    cast(count(*) filter (where told.is_case and not told.is_of_period and told.is_repeated) as integer)
        as observed_before,
    cast(count(*) filter (where not told.is_case and told.is_of_period) as integer) as batches,
    cast(count(*) filter (where not told.is_case and told.is_of_period and told.is_repeated) as integer)
        as batches_observed,
    cast(count(*) filter (where not told.is_case and not told.is_of_period) as integer) as batches_before,
    cast(count(*) filter (where not told.is_case and not told.is_of_period and told.is_repeated) as integer)
        as batches_observed_before,
    coalesce(
        jsonb_agg(told.case_id order by told.case_id)
        filter (where told.is_case and told.is_of_period and told.is_repeated),
        '[]'
    ) as case_ids
from told
inner join app.sources on sources.subdistrict_id = :subdistrict_id and told.source = sources.source
group by told.source, sources.name_zh, sources.name_en, sources.position
having bool_or(told.is_of_period)
order by sources.position, told.source
