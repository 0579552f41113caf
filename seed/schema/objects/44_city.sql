-- What questions of a whole city share.

-- One row per subdistrict within p_area_id (a city, a district, or a subdistrict itself; null: the whole store), with
-- whether its roll-ups may speak for p_as_of, and whether any of its sources records when a case was closed.
-- Subdistricts are not redrawn, so no day is asked for.
create or replace function app.subdistricts_of(p_area_id integer, p_as_of timestamptz)
returns table (subdistrict_id integer, is_present boolean, records_times boolean)
language sql stable rows 100
as $$
    select
        subdistricts.subdistrict_id,
        subdistricts.last_recorded_at <= p_as_of,
        exists (
            select 1 from app.sources
            where sources.subdistrict_id = subdistricts.subdistrict_id and sources.records_times
        )
    from app.subdistricts
    where p_area_id is null or exists (
        select 1 from app.area_closure as chosen
        where chosen.ancestor_id = p_area_id and chosen.descendant_id = subdistricts.subdistrict_id
    )
$$;

-- app.cases_at for questions that ask it of one subdistrict after the other. The conditions stand within each half of
-- the union, so that each subdistrict's cases are looked up; joined, those of all may be read to find the cases of one.
create or replace function app.cases_of_each(p_subdistrict_id integer, p_as_of timestamptz) returns setof app.cases
language sql stable
as $$
    select standing.*
    from app.cases as standing
    where standing.subdistrict_id = p_subdistrict_id and standing.last_recorded_at <= p_as_of
    union all
    select past.* from app.cases_folded_at(p_subdistrict_id, p_as_of) as past
$$;
