-- What questions share: which areas count together, by what answers are grouped, and whether the roll-ups may speak.

-- Whether nothing was recorded after p_as_of: then what stands is what was known, and roll-ups may be read.
create or replace function app.is_present(p_subdistrict_id integer, p_as_of timestamptz) returns boolean
language sql stable
as $$
    select subdistricts.last_recorded_at <= p_as_of
    from app.subdistricts
    where subdistricts.subdistrict_id = p_subdistrict_id
$$;

-- When the newest thing beside the cases was noted: a mode, a handover; null where nothing was. Whoever asks about the
-- present asks as of this moment at least, whatever the clocks of two machines say.
create or replace function app.noted_at(p_subdistrict_id integer) returns timestamptz
language sql stable
as $$
    select greatest(
        (select max(operating_mode.recorded_at) from app.operating_mode
        where operating_mode.subdistrict_id = p_subdistrict_id),
        (select max(handovers.handed_at) from app.handovers where handovers.subdistrict_id = p_subdistrict_id),
        (select max(assessment_marks.recorded_at) from app.assessment_marks
        where assessment_marks.subdistrict_id = p_subdistrict_id),
        (select max(objections.objected_at) from app.objections where objections.subdistrict_id = p_subdistrict_id),
        (select max(objection_decisions.decided_at) from app.objection_decisions
        where objection_decisions.subdistrict_id = p_subdistrict_id)
    )
$$;

-- One row per case reported from p_from on and before p_to, as known at p_as_of.
create or replace function app.cases_reported(
    p_subdistrict_id integer, p_as_of timestamptz, p_from timestamptz, p_to timestamptz
)
returns setof app.cases
language sql stable
as $$
    select known.*
    from app.cases_at(p_subdistrict_id, p_as_of) as known
    where known.reported_at >= p_from and known.reported_at < p_to
$$;

-- One row per given case as known at p_as_of: as it stands where nothing came after, otherwise folded again.
-- p_from: no row of these cases occurred earlier.
create or replace function app.cases_of(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns setof app.cases
language sql stable rows 50
as $$
    select standing.*
    from app.cases as standing
    where standing.subdistrict_id = p_subdistrict_id and standing.case_id = any(p_case_ids)
        and standing.last_recorded_at <= p_as_of
    union all
    select past.*
    from app.cases_folded(
            p_subdistrict_id,
            array(
                select given.case_id from unnest(p_case_ids) as given (case_id)
                where not exists (
                    select 1 from app.cases as standing
                    where standing.subdistrict_id = p_subdistrict_id and standing.case_id = given.case_id
                        and standing.last_recorded_at <= p_as_of
                )
            ),
            p_from, p_as_of
        ) as past
$$;

-- One row per case known at p_as_of that was reported before p_from and may have been open at it or later, each read
-- where it is found with the least reading: what was closed since a moment was also recorded since then.
create or replace function app.cases_before(p_subdistrict_id integer, p_as_of timestamptz, p_from timestamptz)
returns setof app.cases
language sql stable
as $$
    select earlier.*
    from app.cases as earlier
    where earlier.subdistrict_id = p_subdistrict_id and earlier.last_recorded_at <= p_as_of
        and earlier.last_recorded_at >= p_from and earlier.reported_at < p_from
    union all
    select still_open.*
    from app.cases as still_open
    where still_open.subdistrict_id = p_subdistrict_id and still_open.state = 'open'
        and still_open.last_recorded_at <= p_as_of
        and still_open.last_recorded_at < p_from and still_open.reported_at < p_from
    union all
    select past.*
    from app.cases_folded_at(p_subdistrict_id, p_as_of) as past
    where past.reported_at < p_from and (past.state = 'open' or past.last_recorded_at >= p_from)
$$;

-- One row per given case that somebody had acknowledged, as known at p_as_of, and when first; acknowledging one of its
-- escalations is another matter. p_from: no row of these cases occurred earlier.
create or replace function app.acknowledged(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns table (case_id bigint, acknowledged_at timestamptz)
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
begin
    if cardinality(p_case_ids) > 0 then
        return query
        select effective.case_id, min(effective.occurred_at)
        from app.effective_rows(p_subdistrict_id, p_case_ids, p_from, p_as_of) as effective
        where effective.event = 'acknowledged' and effective.escalation_no is null
        group by effective.case_id;
    end if;
end
$$;

-- The moment up to which every source that had said so by p_as_of had handed in what it knows, exact to the local day;
-- infinity where none had, and follow-up alone decides what is provisional. A source whose first mark came later takes
-- no part, as one that never gives any.
create or replace function app.complete_through(p_subdistrict_id integer, p_as_of timestamptz) returns timestamptz
language sql stable
as $$
    select coalesce(min(known.complete_through), 'infinity')
    from app.sources
    cross join
        lateral (
            select completeness_marks.complete_through
            from app.completeness_marks
            where completeness_marks.subdistrict_id = sources.subdistrict_id
                and completeness_marks.source = sources.source
                and completeness_marks.recorded_at <= p_as_of
            order by completeness_marks.recorded_at desc, completeness_marks.through_day desc
            limit 1
        ) as known
    where sources.subdistrict_id = p_subdistrict_id
$$;

-- One row per unit and area below it (the unit itself included). Units are the areas of p_level within p_area_id (null:
-- the whole subdistrict), or, without a level, that area alone.
-- On every day: an area never changes its parent, and a case keeps the grid of its day when that is redrawn, has
-- deadlines and evaluations after it is gone, and one handed to a redrawn grid was reported before that was there.
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

-- Each area below a unit of p_level that holds on a day, and that unit, the unit itself included: pairs of four bytes
-- each, strung together (queries/packed.py reads them). What lay in an area that is gone lies in the unit above it.
create or replace function app.packed_units(p_subdistrict_id integer, p_level text, p_day date) returns bytea
language sql stable
as $$
    select string_agg(int4send(closure.descendant_id) || int4send(closure.ancestor_id), '')
    from app.area_closure as closure
    inner join app.areas as unit on closure.ancestor_id = unit.area_id
    where unit.subdistrict_id = p_subdistrict_id
        and unit.level = p_level
        and unit.valid_from <= p_day and unit.valid_to > p_day
$$;

-- The same for app.units_of: each area below a unit and that unit, on every day.
create or replace function app.packed_areas(p_subdistrict_id integer, p_area_id integer, p_level text) returns bytea
language sql stable
as $$
    select string_agg(int4send(units.area_id) || int4send(units.unit_id), '')
    from app.units_of(p_subdistrict_id, p_area_id, p_level) as units
$$;

-- Who live in the areas directly below each area on a day; no row where one of them has no number.
create or replace function app.residents_below(p_subdistrict_id integer, p_day date)
returns table (unit_id integer, population bigint)
language sql stable rows 100
as $$
    select children.parent_id, sum(children.population)
    from app.areas as children
    where children.subdistrict_id = p_subdistrict_id
        and children.valid_from <= p_day and children.valid_to > p_day
    group by children.parent_id
    having bool_and(children.population is not null)
$$;

-- Batches that stood at a moment: absorbed by then, and not revoked by then.
create or replace function app.batches_at(p_subdistrict_id integer, p_as_of timestamptz)
returns setof app.import_batches
language sql stable rows 1000
as $$
    select batches.*
    from app.import_batches as batches
    where batches.subdistrict_id = p_subdistrict_id
        and batches.recorded_at <= p_as_of
        and (
            batches.status = 'absorbed'
            or batches.status = 'revoked' and not exists (
                select 1
                from app.import_batches as reversals
                where reversals.subdistrict_id = p_subdistrict_id
                    and reversals.recorded_at > batches.recorded_at and reversals.recorded_at <= p_as_of
                    and reversals.revokes_batch_id = batches.batch_id
            )
        )
$$;

-- Sources that give no closing times: nobody knows how their cases went, so they take no part in rates of outcomes.
create or replace function app.untimed_sources(p_subdistrict_id integer) returns text[]
language sql stable
as $$
    select coalesce(array_agg(sources.source), '{}')
    from app.sources
    where sources.subdistrict_id = p_subdistrict_id and not sources.records_times
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

-- A key's part, by which thousands of cases are counted before the few parts are added up by their keys: a number (of
-- the day, the unit, the matter or the hour) or a word (kind, channel, colour); both null for one answer of all.
-- Naming a key for every case would take as long as counting it.
create or replace function app.part_number(
    p_by text, p_day date, p_unit_id integer, p_type_id integer, p_hour smallint
)
returns integer
language sql stable parallel safe
as $$
    select case
        when p_by in ('day', 'week', 'month') then p_day - date '2000-01-01'
        when p_by = 'area' then p_unit_id
        when p_by = 'type' then p_type_id
        when p_by = 'hour' then cast(p_hour as integer)
    end
$$;

create or replace function app.part_word(p_by text, p_kind text, p_channel text, p_risk text) returns text
language sql stable parallel safe
as $$
    select case p_by when 'kind' then p_kind when 'channel' then p_channel when 'risk' then p_risk end
$$;

-- The key that a part belongs to: app.group_key, and an hour as "00" to "23".
create or replace function app.part_key(p_by text, p_number integer, p_word text) returns text
language sql stable parallel safe
as $$
    select case p_by
        when 'hour' then to_char(p_number, 'FM00')
        else app.group_key(p_by, date '2000-01-01' + p_number, p_number, p_word, p_number, p_word, p_word)
    end
$$;
