-- What questions share: which areas count together, by what answers are grouped, and whether the roll-ups may speak.

-- Whether nothing was recorded after p_as_of: then what stands is what was known, and roll-ups may be read.
create or replace function app.is_present(p_subdistrict_id integer, p_as_of timestamptz) returns boolean
language sql stable
as $$
    select subdistricts.last_recorded_at <= p_as_of
    from app.subdistricts
    where subdistricts.subdistrict_id = p_subdistrict_id
$$;

-- One row per case reported from p_from on and before p_to, as known at p_as_of: app.cases_at for questions over many
-- cases. Where nothing was recorded since, no row is asked when it was: that column is the last one, and reaching it
-- takes longer than all that is wanted of a row.
create or replace function app.cases_reported(
    p_subdistrict_id integer, p_as_of timestamptz, p_from timestamptz, p_to timestamptz
)
returns setof app.cases
language sql stable
as $$
    select standing.*
    from app.cases as standing
    where app.is_present(p_subdistrict_id, p_as_of)
        and standing.subdistrict_id = p_subdistrict_id
        and standing.reported_at >= p_from and standing.reported_at < p_to
    union all
    select known.*
    from app.cases_at(p_subdistrict_id, p_as_of) as known
    where not app.is_present(p_subdistrict_id, p_as_of)
        and known.reported_at >= p_from and known.reported_at < p_to
$$;

-- The moment up to which every source that says so at all has handed in what it knows; infinity where none does, and
-- follow-up alone decides what is provisional. Of the present: when a source said so is not kept.
create or replace function app.complete_through(p_subdistrict_id integer) returns timestamptz
language sql stable
as $$
    select coalesce(min(source_heartbeats.complete_through), 'infinity')
    from app.source_heartbeats
    where source_heartbeats.subdistrict_id = p_subdistrict_id and source_heartbeats.complete_through > '-infinity'
$$;

-- One row per unit and area below it (the unit itself included). Units are the areas of p_level within p_area_id (null:
-- the whole subdistrict), or, without a level, that area alone.
-- On every day: an area never changes its parent, and a case keeps the grid of its day when that is redrawn, has
-- deadlines and evaluations after the grid is gone, and one handed to a redrawn grid was reported before that was there.
-- Cut by the validity of areas, such cases would count nowhere, in the whole subdistrict's total neither.
create or replace function app.units_of(p_subdistrict_id integer, p_area_id integer, p_level text)
returns table (unit_id integer, area_id integer)
language sql stable rows 100
as $$
    select closure.ancestor_id, closure.descendant_id
    from app.area_closure as closure
    inner join app.areas as unit on closure.ancestor_id = unit.area_id
    where case
        when p_level is null then closure.ancestor_id = coalesce(p_area_id, p_subdistrict_id)
        else unit.subdistrict_id = p_subdistrict_id
            and unit.level = p_level
            and (p_area_id is null or exists (
                select 1 from app.area_closure as chosen
                where chosen.ancestor_id = p_area_id and chosen.descendant_id = closure.ancestor_id
            ))
    end
$$;

-- Sources that give no closing times: nobody knows how their cases went, so they take no part in rates of outcomes.
create or replace function app.untimed_sources(p_subdistrict_id integer) returns text[]
language sql stable
as $$
    select coalesce(array_agg(sources.source), '{}')
    from app.sources
    where sources.subdistrict_id = p_subdistrict_id and not sources.records_times
$$;

-- Whether a case may have been closed more than once without having been reopened: then the moment of its last closing
-- does not say since when it is closed, and its log has to be asked. Those handed over are few and all asked.
create or replace function app.is_closed_again(
    p_state text,
    p_closed_at timestamptz,
    p_first_resolved_at timestamptz,
    p_withdrawn_days date[],
    p_linked_subdistrict_id integer
)
returns boolean
language sql immutable parallel safe
as $$
    select p_state <> 'open' and (
        coalesce(p_first_resolved_at < p_closed_at, false)
        or cardinality(coalesce(p_withdrawn_days, '{}')) > cast(p_state = 'withdrawn' as integer)
        or p_linked_subdistrict_id is not null
    )
$$;

-- The last day of the period that a key stands for, given a day of it: of a day that day, of a week or month its last
-- day within the period, of any other key the period's last day. Until it has ended the key is provisional.
create or replace function app.key_end(p_by text, p_day date, p_period_to date) returns date
language sql immutable parallel safe
as $$
    select case p_by
        when 'day' then p_day
        when 'week' then least(cast(date_trunc('week', cast(p_day as timestamp)) as date) + 6, p_period_to)
        when 'month' then least(
            cast(date_trunc('month', cast(p_day as timestamp)) + interval '1 month' as date) - 1, p_period_to
        )
        else p_period_to
    end
$$;

-- What an answer is grouped by, as text; null for one answer of all. Weeks and months are named by their first day:
-- reckoned in whole days from a Monday, since formatting a moment takes longer than all else that is done with a case.
-- Stable and not immutable, since only then is it put into the question that calls it, and costs nothing for each row.
create or replace function app.group_key(
    p_by text, p_day date, p_unit_id integer, p_kind text, p_type_id integer, p_channel text, p_risk text
)
returns text
language sql stable parallel safe
as $$
    select case p_by
        when 'day' then cast(p_day as text)
        when 'week' then cast(date '0001-01-01' + (p_day - date '0001-01-01') / 7 * 7 as text)
        when 'month' then left(cast(p_day as text), 8) || '01'
        when 'area' then cast(p_unit_id as text)
        when 'kind' then p_kind
        when 'type' then cast(p_type_id as text)
        when 'channel' then p_channel
        when 'risk' then p_risk
    end
$$;

-- A time to event as four bytes, to be strung together and unpacked outside: twice the whole seconds from p_from to
-- p_event or, where that has not happened (null), to p_until and one more for "censored". Sorted as numbers, an event
-- stands before what is censored in the same second. Null where there is no beginning or the times contradict.
create or replace function app.time_to_event(p_from timestamptz, p_event timestamptz, p_until timestamptz)
returns bytea
language sql stable parallel safe
as $$
    select case
        when p_event >= p_from
            then int4send(cast(2 * floor(date_part('epoch', p_event - p_from)) as integer))
        when p_event is null and p_until >= p_from
            then int4send(cast(1 + 2 * floor(date_part('epoch', p_until - p_from)) as integer))
    end
$$;
