-- One row per local day with a case that is followed up to a day of the period, or beside it, packed
-- (app.packed_days_at): the cases of the whole subdistrict and of all kinds, of which queries.reopening_findings tells
-- those that were reopened on the very day after their follow-up ended. In a row without words: as areas those below
-- each unit (app.packed_areas), as types the areas of cases of other days that were reopened in the period, as traits
-- the kinds of the units as JSON, as firsts the days of follow-up of same-day resolution, as case_ids the reopened
-- cases (number, first day on which it was), as parties the sources that give no closing times, one a line: their cases
-- take no part.
-- Cut-offs. same_day: the follow-up after the day reported, of cases resolved at its 24:00. reopened: thirty days after
-- the first resolution.
with reopened as materialized (
    select
        cases.case_id,
        cases.area_id,
        cases.reopened_days[1] as reopened_on,
        :cutoff = 'same_day' and cases.reported_at >= :followed_start and cases.reported_at < :followed_end
        or :cutoff <> 'same_day'
        and cases.first_resolved_at >= :followed_start and cases.first_resolved_at < :followed_end as is_followed,
        case :cutoff
            when 'same_day' then cases.is_same_day_counted and cases.is_same_day_resolved
            else cases.first_resolved_at is not null
        end as is_resolved
    from app.cases_at(:subdistrict_id, :as_of) as cases
    -- followed or reopened in this time, they were recorded in it
    where cases.reopened_count > 0 and cases.last_recorded_at >= :followed_start
        and cases.kind = any(cast(:kinds as text[]))
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
)

select
    null as day,
    null as words,
    null as recorded,
    app.packed_areas(:subdistrict_id, :area_id, :unit_level) as areas,
    (
        select string_agg(int4send(reopened.area_id), '')
        from reopened
        where not reopened.is_followed and reopened.is_resolved
            and reopened.reopened_on between :period_from and :period_to
    ) as types,
    app.packed_unit_kinds(:subdistrict_id, :unit_level) as traits,
    int8send(cast(app.setting_text('same_day_window_days') as bigint)) as firsts,
    (
        select string_agg(int8send(reopened.case_id) || date_send(reopened.reopened_on), '')
        from reopened
        where reopened.is_followed
    ) as case_ids,
    convert_to(array_to_string(app.untimed_sources(:subdistrict_id), chr(10)), 'UTF8') as parties
union all
select
    packed.day,
    packed.words,
    packed.recorded,
    packed.areas,
    null as types,
    packed.traits,
    case when :cutoff <> 'same_day' then packed.firsts end as firsts,
    packed.case_ids,
    null as parties
from app.packed_days_at(
        :subdistrict_id, :as_of,
        case :cutoff
            when 'same_day' then cast(:followed_start as timestamptz)
            else app.packed_since(:subdistrict_id, :as_of, 'infinity', :followed_start)
        end,
        :followed_end, '{areas,traits,firsts,case_ids}'
    ) as packed
where :cutoff = 'same_day' or packed.last_resolved_at >= :followed_start
