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

-- What questions of a whole city ask of a case changed since p_as_of, as it was known then. The columns that none of
-- them asks for cost two fifths of a fold and are left out.
create or replace function app.city_cases_folded_at(p_subdistrict_id integer, p_as_of timestamptz)
returns table (
    case_id bigint, source text, kind text, risk text, state text, reported_at timestamptz,
    first_resolved_at timestamptz, closed_at timestamptz, first_due_at timestamptz, due_at timestamptz,
    is_same_day_counted boolean, is_same_day_kept boolean
)
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
declare
    later_ids bigint[];
    earliest timestamptz;
begin
    select array_agg(changed.case_id), min(changed.first_occurred_at) into later_ids, earliest
    from app.changed_since(p_subdistrict_id, p_as_of) as changed;
    if later_ids is not null then
        return query
        select
            folded.case_id, folded.source, folded.kind, folded.risk, folded.state, folded.reported_at,
            folded.first_resolved_at, folded.closed_at, folded.first_due_at, folded.due_at,
            folded.is_same_day_counted, folded.is_same_day_kept
        from app.fold_cases(p_subdistrict_id, later_ids, earliest, p_as_of) as folded;
    end if;
end
$$;

-- app.cases_at for questions that ask it of one subdistrict after the other. The conditions stand within each half of
-- the union, so that each subdistrict's cases are looked up; joined, those of all may be read to find the cases of one.
create or replace function app.city_cases_at(p_subdistrict_id integer, p_as_of timestamptz)
returns table (
    case_id bigint, source text, kind text, risk text, state text, reported_at timestamptz,
    first_resolved_at timestamptz, closed_at timestamptz, first_due_at timestamptz, due_at timestamptz,
    is_same_day_counted boolean, is_same_day_kept boolean
)
language sql stable
as $$
    select
        standing.case_id, standing.source, standing.kind, standing.risk, standing.state, standing.reported_at,
        standing.first_resolved_at, standing.closed_at, standing.first_due_at, standing.due_at,
        standing.is_same_day_counted, standing.is_same_day_kept
    from app.cases as standing
    where standing.subdistrict_id = p_subdistrict_id and standing.last_recorded_at <= p_as_of
    union all
    select past.* from app.city_cases_folded_at(p_subdistrict_id, p_as_of) as past
$$;
