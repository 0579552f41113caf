-- One row per part of the grouping's keys and source: moments of the cases' stages, packed (app.packed_stages), of
-- those reported in the period (is_asked), and such rows of the other cases of the 28 days before the period's end, of
-- the whole subdistrict and of all kinds. What they say of each clock is told in stages.py. is_long: the period begins
-- before those days; takes_all: it begins within them, or all cases are asked about.
with asked as materialized (
    select app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

cases as (
    select
        known.*,
        units.unit_id,
        units.unit_id is not null and (cast(:is_long as boolean) or known.reported_at >= :period_start)
        and (cast(:kinds as text[]) is null or known.kind = any(cast(:kinds as text[]))) as is_asked
    from app.cases_reported(
            :subdistrict_id, :as_of, least(:period_start, cast(:told_from as timestamptz)), :period_end
        ) as known
    left join units on known.area_id = units.area_id
),

parts as (
    select
        cases.is_asked,
        app.part_number(:by, cases.reported_day, cases.unit_id, cases.type_id, null) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        cases.source,
        max(cases.reported_day) as last_day,
        string_agg(cases.stage_times, '') as stage_times
    from cases
    where cast(:takes_all as boolean) or cases.reported_at >= :told_from or cases.is_asked
    group by cases.is_asked, number, word, cases.source
)

select
    parts.is_asked,
    app.part_key(:by, parts.number, parts.word) as key,
    parts.source,
    parts.stage_times,
    app.midnight(app.key_end(:by, parts.last_day, :period_to) + 1, :time_zone)
    > least(:as_of, asked.complete_through)
        as is_provisional
from parts
cross join asked
