-- One row per local day with a case that counts in the period, packed (app.packed_days_at): reported or first due in
-- it, or first resolved followed_start to followed_end; with other cases of such days (queries.ranking chooses and
-- counts). In a row without words: as areas each area below a unit of the period's last day, and that unit; as types
-- each matter and its line of duty; as traits the channels with their places and as firsts the sources that give no
-- closing times, one a line; as case_ids the cases that an upheld objection has moved, each with the unit that it
-- counts for (0: none).
with moved as materialized (
    select
        string_agg(int8send(attributions.case_id) || int8send(coalesce(attributions.to_area_id, 0)), '') as case_ids
    from app.attributions_at(:subdistrict_id, :period_from, :period_to, :as_of) as attributions
)

select
    null as day,
    null as words,
    null as recorded,
    app.packed_units(:subdistrict_id, :unit_level, :period_to) as areas,
    (
        select
            string_agg(
                int4send(case_types.type_id) || int4send(coalesce(case_types.parent_id, case_types.type_id)), ''
            )
        from app.case_types
    ) as types,
    (
        select convert_to(string_agg(labels.code || ' ' || labels.position, chr(10)), 'UTF8')
        from app.labels
        where labels.topic = 'channel'
    ) as traits,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as firsts,
    (select moved.case_ids from moved) as case_ids
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.areas,
    packed.types,
    packed.traits,
    packed.firsts,
    case when (select moved.case_ids is not null from moved) then packed.case_ids end as case_ids
from app.packed_days_at(
        :subdistrict_id, :as_of,
        least(
            :period_start, app.packed_since(:subdistrict_id, :as_of, :period_start, :followed_start)
        ),
        :period_end, '{areas,types,traits,firsts,case_ids}'
    ) as packed
where packed.day >= :period_from
    or packed.last_due_at >= :period_start
    or packed.last_resolved_at >= :followed_start
