-- The two-weekly assessment: the subdistrict's marks, what units say against their figures, and what became of it. Each
-- takes the subdistrict's turn, and its moment lies after all that was recorded: what was asked before does not change.

-- Whether a review of exactly these days is frozen that was made when they were over.
create or replace function app.is_frozen(p_subdistrict_id integer, p_first date, p_last date) returns boolean
language sql stable
set search_path = app, pg_temp
as $$
    select exists (
        select 1
        from app.review_freezes
        where review_freezes.subdistrict_id = p_subdistrict_id
            and review_freezes.period_from = p_first and review_freezes.period_to = p_last
            and review_freezes.as_of >= app.midnight(p_last + 1, app.time_zone())
    )
$$;

-- The frozen reviews of days that share some with these, as 2026-11-02..2026-11-15, in order.
create or replace function app.frozen_periods(p_subdistrict_id integer, p_first date, p_last date) returns text[]
language sql stable
set search_path = app, pg_temp
as $$
    select coalesce(array_agg(frozen.period order by frozen.period), '{}')
    from (
        select distinct to_char(review_freezes.period_from, 'YYYY-MM-DD') || '..'
            || to_char(review_freezes.period_to, 'YYYY-MM-DD') as period
        from app.review_freezes
        where review_freezes.subdistrict_id = p_subdistrict_id
            and review_freezes.period_from <= p_last and review_freezes.period_to >= p_first
    ) as frozen
$$;

-- Gives the subdistrict's marks of a period: an array of {area_id, points of 100, remark}. All of them or none. A mark
-- that differs from the one that stands is a correction and counts from now on; one that is the same is not written
-- again. Returns how many of each there were, and the frozen reviews that read otherwise by it.
drop function if exists app.give_marks(integer, date, date, jsonb, text);
create function app.give_marks(p_subdistrict_id integer, p_first date, p_last date, p_marks jsonb, p_by text)
returns table (marks_new integer, marks_corrected integer, marks_unchanged integer, restated text[])
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    masked jsonb;
    wrong text;
begin
    if coalesce(trim(p_by), '') = '' then
        raise exception 'marks need the name of who gives them';
    end if;
    moment := app.take_turn(p_subdistrict_id);
    if p_last < p_first or p_first > cast(moment at time zone app.time_zone() as date) then
        raise exception 'there are no marks to be given for % to %', p_first, p_last;
    end if;
    select coalesce(jsonb_agg(jsonb_build_object(
        'area_id', told.area_id, 'points', told.points,
        'remark', app.mask_text(trim(coalesce(told.remark, '')))
    )), '[]') into masked
    from jsonb_to_recordset(p_marks) as told (area_id integer, points double precision, remark text);
    select string_agg(found.said, '; ' order by found.said) into wrong
    from (
        select
            case
                when areas.area_id is null then 'there is no area ' || coalesce(told.area_id, 0) || ' on ' || p_last
                when count(*) over (partition by told.area_id) > 1
                    then 'area ' || told.area_id || ' stands there several times'
                when (told.points between 0 and 100) is not true
                    then 'area ' || told.area_id || ' has no points from 0 to 100'
                when length(told.remark) > 200
                    then 'the remark on area ' || told.area_id || ' is longer than 200 characters'
            end as said
        from jsonb_to_recordset(masked) as told (area_id integer, points double precision, remark text)
        left join app.areas
            on told.area_id = areas.area_id and areas.subdistrict_id = p_subdistrict_id
                and areas.valid_from <= p_last and areas.valid_to > p_last
    ) as found;
    if wrong is not null then
        raise exception 'no marks are taken: %', wrong;
    end if;

    return query
    with standing as (
        select distinct on (marks.area_id) marks.area_id, marks.marks as points, marks.remark
        from app.assessment_marks as marks
        where marks.subdistrict_id = p_subdistrict_id and marks.item = 'total'
            and marks.period_start = p_first and marks.period_end = p_last
        order by marks.area_id asc, marks.recorded_at desc
    ),

    compared as (
        select
            told.area_id, told.points, told.remark, standing.area_id is null as is_new,
            (told.points, told.remark) is distinct from (standing.points, standing.remark) as is_told,
            told.points is distinct from standing.points as is_other
        from jsonb_to_recordset(masked) as told (area_id integer, points double precision, remark text)
        left join standing on told.area_id = standing.area_id
    ),

    given as (
        insert into app.assessment_marks (
            subdistrict_id, area_id, period_start, period_end, item, marks, full_marks, recorded_at, remark, given_by
        )
        select
            p_subdistrict_id, compared.area_id, p_first, p_last, 'total', compared.points, 100, moment, compared.remark,
            trim(p_by)
        from compared
        where compared.is_told
    )

    select
        cast(count(*) filter (where compared.is_new) as integer),
        cast(count(*) filter (where compared.is_told and not compared.is_new) as integer),
        cast(count(*) filter (where not compared.is_told) as integer),
        case when bool_or(compared.is_other) then app.frozen_periods(p_subdistrict_id, p_last, p_last) else '{}' end
    from compared;
    perform app.announce(p_subdistrict_id);
end
$$;

-- One row per case that an upheld objection has moved, as decided by p_as_of: for which area it counts, null for none.
-- An objection is about its own period; it holds for questions about days that share some with it. Of several on one
-- case the newest decision counts.
create or replace function app.attributions_at(
    p_subdistrict_id integer, p_first date, p_last date, p_as_of timestamptz
) returns table (case_id bigint, to_area_id integer)
language sql stable
as $$
    select distinct on (standing.case_id) standing.case_id, standing.to_area_id
    from (
        select distinct on (decisions.objection_id)
            objections.case_id, objections.to_area_id, decisions.is_upheld, decisions.decided_at, decisions.decision_id
        from app.objections
        inner join app.objection_decisions as decisions on objections.objection_id = decisions.objection_id
        where objections.subdistrict_id = p_subdistrict_id
            and objections.period_to >= p_first and objections.period_from <= p_last
            and objections.case_id is not null
            and decisions.decided_at <= p_as_of
        order by decisions.objection_id asc, decisions.decided_at desc, decisions.decision_id desc
    ) as standing
    where standing.is_upheld
    order by standing.case_id asc, standing.decided_at desc, standing.decision_id desc
$$;

-- Whether an area lies in another on a day, or is it.
create or replace function app.lies_in(p_area_id integer, p_in integer, p_day date) returns boolean
language sql stable
set search_path = app, pg_temp
as $$
    select exists (
        select 1
        from app.area_closure
        where area_closure.ancestor_id = p_in and area_closure.descendant_id = p_area_id
            and area_closure.valid_from <= p_day and area_closure.valid_to > p_day
    )
$$;

-- Whether a case takes part in an assessment of these days: reported or first due on one of them, or first resolved so
-- long before one that its follow-up of 30 days ended on it.
create or replace function app.is_assessed(p_told app.cases, p_first date, p_last date) returns boolean
language sql stable
set search_path = app, pg_temp
as $$
    select p_told.reported_day between p_first and p_last
        or cast(p_told.first_due_at at time zone app.time_zone() as date) between p_first and p_last
        or cast(p_told.first_resolved_at at time zone app.time_zone() as date) between p_first - 31 and p_last - 31
$$;

-- A unit objects: to a case that counts for it in the period (leave it out, or whose it is), or to its mark. Once for
-- each of them, and not after the period's review is frozen. Returns the objection's number.
create or replace function app.object_to(
    p_subdistrict_id integer, p_area_id integer, p_first date, p_last date, p_case_id bigint, p_asks text,
    p_to_area_id integer, p_reason text, p_words text, p_by text
) returns bigint
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    told app.cases;
    counts_for integer;
    known bigint;
begin
    if coalesce(trim(p_by), '') = '' then
        raise exception 'an objection needs the name of who objects';
    end if;
    if length(p_words) > 200 then
        raise exception 'an objection is put in 200 characters at most';
    end if;
    moment := app.take_turn(p_subdistrict_id);
    if app.is_frozen(p_subdistrict_id, p_first, p_last) then
        raise exception 'the review of % to % is frozen: objections are heard before', p_first, p_last;
    end if;
    if p_first > cast(moment at time zone app.time_zone() as date) then
        raise exception 'the period of % to % has not begun', p_first, p_last;
    end if;
    if not app.lies_in(p_area_id, p_subdistrict_id, p_last) or p_area_id = p_subdistrict_id then
        raise exception 'subdistrict % has no unit % on %', p_subdistrict_id, p_area_id, p_last;
    end if;
    select objections.objection_id into known
    from app.objections
    where objections.subdistrict_id = p_subdistrict_id and objections.area_id = p_area_id
        and objections.period_from = p_first and objections.period_to = p_last
        and objections.case_id is not distinct from p_case_id;
    if known is not null then
        raise exception 'the unit has objected to that before: objection %', known;
    end if;
    if p_case_id is not null then
        select * into told from app.cases
        where cases.subdistrict_id = p_subdistrict_id and cases.case_id = p_case_id;
        if told.case_id is null or not coalesce(app.is_assessed(told, p_first, p_last), false) then
            raise exception 'the case takes no part in the assessment of % to %', p_first, p_last;
        end if;
        counts_for := told.area_id;
        select attributions.to_area_id into counts_for
        from app.attributions_at(p_subdistrict_id, p_first, p_last, moment) as attributions
        where attributions.case_id = p_case_id;
        if not found then
            counts_for := told.area_id;
        end if;
        if counts_for is null or not app.lies_in(counts_for, p_area_id, p_last) then
            raise exception 'the case does not count for the unit';
        end if;
    end if;
    if p_to_area_id is not null and (
        not app.lies_in(p_to_area_id, p_subdistrict_id, p_last)
        or app.lies_in(p_to_area_id, p_area_id, p_last) or app.lies_in(p_area_id, p_to_area_id, p_last)
    ) then
        raise exception 'a case can be counted for another unit of the subdistrict on % alone', p_last;
    end if;
    insert into app.objections (
        subdistrict_id, area_id, period_from, period_to, case_id, asks, to_area_id, reason, words, objected_at,
        objected_by
    )
    values (
        p_subdistrict_id, p_area_id, p_first, p_last, p_case_id, p_asks, p_to_area_id, p_reason,
        app.mask_text(trim(p_words)), moment, trim(p_by)
    )
    returning objection_id into known;
    perform app.announce(p_subdistrict_id);
    return known;
end
$$;

-- Decides an objection. The same again changes nothing; another outcome counts from now on. Returns the frozen reviews
-- that read otherwise by it.
create or replace function app.decide_objection(
    p_subdistrict_id integer, p_objection_id bigint, p_is_upheld boolean, p_by text, p_words text default ''
) returns text[]
language plpgsql security definer
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    asked app.objections;
    was_upheld boolean;
begin
    if coalesce(trim(p_by), '') = '' then
        raise exception 'a decision needs the name of who decides';
    end if;
    if length(p_words) > 200 then
        raise exception 'a decision is put in 200 characters at most';
    end if;
    moment := app.take_turn(p_subdistrict_id);
    select * into asked from app.objections
    where objections.subdistrict_id = p_subdistrict_id and objections.objection_id = p_objection_id;
    if asked.objection_id is null then
        raise exception 'there is no objection %', p_objection_id;
    end if;
    select decisions.is_upheld into was_upheld
    from app.objection_decisions as decisions
    where decisions.objection_id = p_objection_id
    order by decisions.decided_at desc, decisions.decision_id desc
    limit 1;
    if was_upheld is not distinct from p_is_upheld then
        return '{}';
    end if;
    insert into app.objection_decisions (objection_id, subdistrict_id, is_upheld, words, decided_at, decided_by)
    values (p_objection_id, p_subdistrict_id, p_is_upheld, app.mask_text(trim(p_words)), moment, trim(p_by));
    perform app.announce(p_subdistrict_id);
    if asked.case_id is null or (was_upheld is null and not p_is_upheld) then
        return '{}'; -- no case is counted otherwise
    end if;
    return app.frozen_periods(p_subdistrict_id, asked.period_from, asked.period_to);
end
$$;
