-- One row per local day of the past and of the period with a case, packed (app.packed_days_at): the cases of the whole
-- subdistrict, by which queries.source_findings tells which repeat another. In a row without words: as reported the
-- sources with their names in order and how many batches each brought, now and in the past before, and how many of
-- them with nothing new; as JSON. A batch that was revoked later stood then.
with of_batches as (
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
    from app.batches_at(:subdistrict_id, :as_of) as import_batches
    where import_batches.rows_read > 0
        and import_batches.recorded_at >= :past_start and import_batches.recorded_at < :period_end
    group by import_batches.source
)

select
    null as day,
    null as words,
    null as recorded,
    (
        select
            convert_to(
                cast(
                    jsonb_agg(
                        jsonb_build_array(
                            sources.source, sources.name_zh, sources.name_en,
                            coalesce(of_batches.n, 0), coalesce(of_batches.observed, 0),
                            coalesce(of_batches.n_before, 0), coalesce(of_batches.observed_before, 0)
                        )
                        order by sources.position, sources.source
                    ) as text
                ),
                'UTF8'
            )
        from app.sources
        left join of_batches on sources.source = of_batches.source
        where sources.subdistrict_id = :subdistrict_id
    ) as reported,
    null as traits,
    null as likeness,
    null as case_ids
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.reported,
    packed.traits,
    packed.likeness,
    packed.case_ids
from app.packed_days_at(:subdistrict_id, :as_of, :past_start, :period_end, '{reported,traits,likeness,case_ids}')
        as packed
