-- One row per local day of the past and of the period with a case, packed (app.packed_days_at): the cases of the whole
-- subdistrict, by which queries.source_findings tells how long each source was silent. In a row without words: as
-- reported the sources with their names in order, as traits the days that the calendar names and whether work is done
-- on them; both as JSON.
select
    null as day,
    null as words,
    null as recorded,
    (
        select
            convert_to(
                cast(
                    jsonb_agg(
                        jsonb_build_array(sources.source, sources.name_zh, sources.name_en)
                        order by sources.position, sources.source
                    ) as text
                ),
                'UTF8'
            )
        from app.sources
        where sources.subdistrict_id = :subdistrict_id
    ) as reported,
    (
        select convert_to(cast(jsonb_object_agg(calendar.day, calendar.is_working_day) as text), 'UTF8')
        from app.calendar
        where calendar.day between :past_from and :period_to
    ) as traits
union all
select packed.day, packed.words, packed.recorded, packed.reported, packed.traits
from app.packed_days_at(:subdistrict_id, :as_of, :past_start, :period_end, '{reported,traits}') as packed
