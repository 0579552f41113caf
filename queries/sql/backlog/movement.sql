-- One row per part of the grouping's keys: when its cases were open, of those reported from from_at on and before to_at
-- and of those reported before that may have been open at from_at, all as known at as_of. once: the stages of those
-- opened once and closed at most once, packed (app.packed_stages); often: the spells of the others (app.packed_spells).
-- What they say of each span is told in backlog.py. Cases of sources that give no closing times take no part: nobody
-- knows whether they are open.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

-- each half added up by itself: a union of cases would hand on all their columns, one by one (decision 0040)
parts as (
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, null) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        string_agg(cases.stage_times, '') filter (where cases.open_spells is null) as once,
        string_agg(cases.open_spells, '') as often
    from app.cases_reported(:subdistrict_id, :as_of, :from_at, :to_at) as cases
    inner join units on cases.area_id = units.area_id
    where cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by number, word
    union all
    select
        app.part_number(:by, cases.reported_day, units.unit_id, cases.type_id, null) as number,
        app.part_word(:by, cases.kind, cases.channel, cases.risk) as word,
        string_agg(cases.stage_times, '') filter (where cases.open_spells is null) as once,
        string_agg(cases.open_spells, '') as often
    from app.cases_before(:subdistrict_id, :as_of, :from_at) as cases
    inner join units on cases.area_id = units.area_id
    where cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
    group by number, word
)

select
    app.part_key(:by, parts.number, parts.word) as key,
    parts.once,
    parts.often
from parts
