-- How the log becomes the state of cases and escalations. The one place where these rules stand: the door, the
-- checkpoints, verify and questions about the past all read through here.

-- One row per log row of the given cases known at p_as_of (both its times ≤ p_as_of), with corrections applied.
-- A row that counts for nothing (a correction itself, a voided row) keeps its raw times only: its event is null.
-- p_from: no row of these cases occurred earlier; it prunes partitions.
create or replace function app.effective_rows(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns table (
    case_id bigint, log_id bigint, occurred_at timestamptz, raw_occurred_at timestamptz, recorded_at timestamptz,
    event text, stage smallint, area_id integer, type_id integer, department_id integer, kind text, risk text,
    channel text, level text, escalation_no smallint, satisfaction smallint, due_at timestamptz,
    lon double precision, lat double precision, summary text, party_key text,
    linked_subdistrict_id integer, linked_case_id bigint, source text, external_id text
)
language sql stable
as $$
    with known as (
        select *
        from app.case_log
        where case_log.subdistrict_id = p_subdistrict_id
            and case_log.case_id = any(p_case_ids)
            and case_log.occurred_at >= p_from
            and case_log.occurred_at <= p_as_of
            and case_log.recorded_at <= p_as_of
    ),

    voided as (
        select known.ref_log_id from known where known.event = 'corrected' and known.field = 'void'
    ),

    mended as (
        select
            known.ref_log_id,
            (array_agg(app.time_or_null(known.value) order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'occurred_at'))[1] as occurred_at,
            (array_agg(known.area_id order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'area_code'))[1] as area_id,
            (array_agg(known.type_id order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'type_code'))[1] as type_id,
            (array_agg(known.department_id order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'department_code'))[1] as department_id,
            (array_agg(known.kind order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'kind'))[1] as kind,
            (array_agg(known.risk order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'risk'))[1] as risk,
            (array_agg(known.channel order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'channel'))[1] as channel,
            (array_agg(known.level order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'level'))[1] as level,
            (array_agg(known.due_at order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'due_at'))[1] as due_at,
            (array_agg(known.satisfaction order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'satisfaction'))[1] as satisfaction,
            (array_agg(known.summary order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'summary'))[1] as summary
        from known
        where known.event = 'corrected' and known.field <> 'void'
            and known.log_id not in (select voided.ref_log_id from voided)
        group by known.ref_log_id
    )

    select
        known.case_id,
        known.log_id,
        coalesce(mended.occurred_at, known.occurred_at) as occurred_at,
        known.occurred_at as raw_occurred_at,
        known.recorded_at,
        counted.event,
        app.stage_order(known.event) as stage,
        case when counted.event is not null then coalesce(mended.area_id, known.area_id) end as area_id,
        case when counted.event is not null then coalesce(mended.type_id, known.type_id) end as type_id,
        case when counted.event is not null then coalesce(mended.department_id, known.department_id) end
            as department_id,
        case when counted.event is not null then coalesce(mended.kind, known.kind) end as kind,
        case when counted.event is not null then coalesce(mended.risk, known.risk) end as risk,
        case when counted.event is not null then coalesce(mended.channel, known.channel) end as channel,
        case when counted.event is not null then coalesce(mended.level, known.level) end as level,
        case when counted.event is not null then known.escalation_no end as escalation_no,
        case when counted.event is not null then coalesce(mended.satisfaction, known.satisfaction) end
            as satisfaction,
        case when counted.event is not null then coalesce(mended.due_at, known.due_at) end as due_at,
        case when counted.event is not null then known.lon end as lon,
        case when counted.event is not null then known.lat end as lat,
        case when counted.event is not null then coalesce(mended.summary, known.summary) end as summary,
        case when counted.event is not null then known.party_key end as party_key,
        case when counted.event is not null then known.linked_subdistrict_id end as linked_subdistrict_id,
        case when counted.event is not null then known.linked_case_id end as linked_case_id,
        case when counted.event is not null then known.source end as source,
        case when counted.event is not null then known.external_id end as external_id
    from known
    left join mended on known.log_id = mended.ref_log_id
    left join voided on known.log_id = voided.ref_log_id
    cross join lateral (
        select case when known.event <> 'corrected' and voided.ref_log_id is null then known.event end as event
    ) as counted
$$;

-- One row per given case as known at p_as_of; a case without an effective reported row has none.
create or replace function app.fold_cases(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns setof app.cases
language sql stable
as $$
    -- materialized: else both settings are read again for every row
    with store as materialized (
        select app.time_zone() as time_zone, cast(app.setting_text('same_day_window_days') as integer) as window_days
    ),

    moved as (
        select
            effective.*,
            case
                when effective.event in ('reported', 'reopened') then 'open'
                when effective.event in ('resolved', 'withdrawn') then effective.event
                when effective.event = 'reassigned' and effective.linked_subdistrict_id is not null then 'transferred'
            end as state
        from app.effective_rows(p_subdistrict_id, p_case_ids, p_from, p_as_of) as effective
    ),

    -- newest first within a case
    ordered as (
        select
            moved.*,
            store.time_zone,
            store.window_days,
            min(moved.occurred_at) filter (where moved.event = 'reported') over whole_case as reported_at,
            count(*) filter (where moved.event = 'resolved') over until_here as resolutions_from_here,
            count(*) filter (where moved.state in ('resolved', 'withdrawn', 'transferred')) over until_here
                as closings_from_here
        from moved
        cross join store
        window
            until_here as (
                partition by moved.case_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc
                rows between unbounded preceding and current row
            ),
            whole_case as (
                partition by moved.case_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc
                rows between unbounded preceding and unbounded following
            )
    ),

    dated as (
        select
            ordered.*,
            cast(ordered.reported_at at time zone ordered.time_zone as date) as reported_day,
            app.midnight(cast(ordered.reported_at at time zone ordered.time_zone as date) + 1, ordered.time_zone)
                as day_end,
            app.midnight(
                cast(ordered.reported_at at time zone ordered.time_zone as date) + 1 + ordered.window_days,
                ordered.time_zone
            ) as window_end
        from ordered
    ),

    folded as (
        select
            dated.case_id,
            dated.time_zone,
            dated.reported_at,
            dated.reported_day,
            (array_agg(dated.source order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.source is not null))[1] as source,
            (array_agg(dated.external_id order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.external_id is not null))[1] as external_id,
            (array_agg(dated.kind order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.kind is not null))[1] as kind,
            (array_agg(dated.type_id order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.type_id is not null))[1] as type_id,
            (array_agg(dated.risk order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.risk is not null))[1] as risk,
            (array_agg(dated.channel order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.channel is not null))[1] as channel,
            (array_agg(dated.area_id order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.area_id is not null))[1] as area_id,
            (array_agg(dated.department_id order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.department_id is not null))[1] as department_id,
            (array_agg(dated.level order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.level is not null))[1] as level,
            (array_agg(dated.level order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.level is not null and dated.resolutions_from_here > 0))[1] as level_at_resolution,
            (array_agg(dated.state order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.state is not null))[1] as state,
            (array_agg(dated.occurred_at order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.state is not null))[1] as state_at,
            (array_agg(dated.state order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.state is not null and dated.occurred_at < dated.day_end))[1] as day_end_state,
            bool_or(
                dated.event = 'reopened'
                and dated.occurred_at >= dated.day_end and dated.occurred_at < dated.window_end
            ) as is_reopened_after,
            (array_agg(dated.event order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.event is not null))[1] as last_event,
            min(dated.occurred_at) filter (where dated.event = 'discovered') as discovered_at,
            min(dated.occurred_at) filter (where dated.event = 'dispatched') as dispatched_at,
            min(dated.occurred_at) filter (where dated.event = 'accepted') as accepted_at,
            min(dated.occurred_at) filter (where dated.event = 'resolved') as first_resolved_at,
            max(dated.occurred_at) filter (where dated.event = 'resolved') as last_resolved_at,
            max(dated.occurred_at) filter (where dated.event = 'fed_back') as fed_back_at,
            max(dated.occurred_at) filter (where dated.event = 'evaluated') as evaluated_at,
            max(dated.occurred_at) filter (where dated.event = 'withdrawn') as withdrawn_at,
            max(dated.occurred_at) filter (where dated.event = 'reopened') as last_reopened_at,
            min(dated.due_at) filter (where dated.event = 'reported') as first_due_at,
            (array_agg(dated.due_at order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.event = 'deadline_changed' and dated.due_at is not null))[1] as changed_due_at,
            count(*) filter (where dated.event = 'reopened') as reopened_count,
            count(*) filter (where dated.event = 'deadline_changed') as deadline_changes,
            count(distinct dated.escalation_no) filter (where dated.event = 'escalated') as escalation_count,
            array_agg(dated.escalation_no) filter (where dated.event = 'escalated' and dated.closings_from_here = 0)
                as raised_numbers,
            array_agg(dated.escalation_no) filter (where dated.event = 'escalated' and dated.closings_from_here > 0)
                as lapsed_numbers,
            array_agg(dated.escalation_no) filter (where dated.event = 'answered') as answered_numbers,
            (array_agg(dated.satisfaction order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.satisfaction is not null))[1] as satisfaction,
            array_agg(cast(dated.occurred_at at time zone dated.time_zone as date) order by dated.occurred_at)
                filter (where dated.event = 'reopened') as reopened_days,
            array_agg(cast(dated.occurred_at at time zone dated.time_zone as date) order by dated.occurred_at)
                filter (where dated.event = 'withdrawn') as withdrawn_days,
            array_agg(cast(dated.occurred_at at time zone dated.time_zone as date) order by dated.occurred_at)
                filter (where dated.event = 'escalated') as escalated_days,
            (array_agg(dated.lon order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.lon is not null))[1] as lon,
            (array_agg(dated.lat order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.lat is not null))[1] as lat,
            (array_agg(dated.summary order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.summary is not null))[1] as summary,
            (array_agg(dated.party_key order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.party_key is not null))[1] as party_key,
            (array_agg(dated.linked_subdistrict_id order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.linked_subdistrict_id is not null))[1] as linked_subdistrict_id,
            (array_agg(dated.linked_case_id order by dated.occurred_at desc, dated.stage desc, dated.log_id desc)
                filter (where dated.linked_case_id is not null))[1] as linked_case_id,
            min(dated.raw_occurred_at) filter (where dated.event = 'reported') as opened_at,
            min(dated.raw_occurred_at) as first_occurred_at,
            max(dated.raw_occurred_at) as last_occurred_at,
            max(dated.recorded_at) as last_recorded_at
        from dated
        group by dated.case_id, dated.time_zone, dated.reported_at, dated.reported_day
    )

    select
        p_subdistrict_id as subdistrict_id,
        folded.case_id,
        folded.source,
        folded.external_id,
        folded.kind,
        folded.type_id,
        folded.risk,
        folded.channel,
        folded.area_id,
        folded.department_id,
        coalesce(folded.level, 'grid') as level,
        folded.state,
        folded.last_event,
        folded.discovered_at,
        folded.reported_at,
        folded.dispatched_at,
        folded.accepted_at,
        folded.first_resolved_at,
        case when folded.state = 'resolved' then folded.last_resolved_at end as resolved_at,
        folded.fed_back_at,
        folded.evaluated_at,
        folded.withdrawn_at,
        folded.last_reopened_at,
        case when folded.state <> 'open' then folded.state_at end as closed_at,
        folded.first_due_at,
        coalesce(folded.changed_due_at, folded.first_due_at) as due_at,
        cast(folded.reopened_count as smallint) as reopened_count,
        cast(folded.deadline_changes as smallint) as deadline_changes,
        cast(folded.escalation_count as smallint) as escalation_count,
        case when folded.raised_numbers is null then cast(0 as smallint) else cast((
            select count(distinct raised.number)
            from unnest(folded.raised_numbers) as raised (number)
            where (folded.answered_numbers is null or raised.number <> all(folded.answered_numbers))
                and (folded.lapsed_numbers is null or raised.number <> all(folded.lapsed_numbers))
        ) as smallint) end as escalations_pending,
        case when folded.state = 'resolved' then coalesce(folded.level_at_resolution, 'grid') end as resolved_level,
        folded.state = 'resolved' and folded.dispatched_at is null and folded.escalation_count = 0
        and coalesce(folded.level_at_resolution, 'grid') = 'grid' as is_on_the_spot,
        folded.satisfaction,
        folded.reported_day,
        cast(extract(hour from folded.reported_at at time zone folded.time_zone) as smallint) as reported_hour,
        case when folded.state = 'resolved'
            then cast(folded.last_resolved_at at time zone folded.time_zone as date) end as resolved_day,
        cast(folded.first_due_at at time zone folded.time_zone as date) as due_day,
        coalesce(folded.day_end_state, 'open') not in ('withdrawn', 'transferred') as is_same_day_counted,
        coalesce(folded.day_end_state, 'open') = 'resolved' as is_same_day_resolved,
        coalesce(folded.day_end_state, 'open') = 'resolved' and not folded.is_reopened_after as is_same_day_kept,
        folded.reopened_days,
        folded.withdrawn_days,
        folded.escalated_days,
        folded.lon,
        folded.lat,
        folded.summary,
        folded.party_key,
        folded.linked_subdistrict_id,
        folded.linked_case_id,
        folded.opened_at,
        folded.first_occurred_at,
        folded.last_occurred_at,
        folded.last_recorded_at
    from folded
    where folded.reported_at is not null
$$;

-- One row per hand-up of the given cases as known at p_as_of.
create or replace function app.fold_escalations(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns setof app.escalations
language sql stable
as $$
    with numbered as (
        select
            effective.*,
            row_number() over (
                partition by effective.case_id order by effective.occurred_at, effective.stage, effective.log_id
            ) as position,
            bool_or(effective.event = 'reported') over (partition by effective.case_id) as has_case,
            effective.event in ('resolved', 'withdrawn')
            or (effective.event = 'reassigned' and effective.linked_subdistrict_id is not null) as is_closing
        from app.effective_rows(p_subdistrict_id, p_case_ids, p_from, p_as_of) as effective
        where effective.event is not null
    ),

    raised as (
        select distinct on (numbered.case_id, numbered.escalation_no) numbered.*
        from numbered
        where numbered.event = 'escalated' and numbered.has_case
        order by numbered.case_id, numbered.escalation_no, numbered.position
    ),

    followed as (
        select
            raised.case_id,
            raised.escalation_no,
            raised.occurred_at as raised_at,
            raised.level,
            raised.department_id,
            raised.due_at as deadline_at,
            -- a corrected time may put a hand-up before the report: then the case's first area
            coalesce(
                (
                    array_agg(later.area_id order by later.position desc)
                    filter (where later.area_id is not null and later.position <= raised.position)
                )[1],
                (array_agg(later.area_id order by later.position) filter (where later.area_id is not null))[1]
            ) as from_area_id,
            min(later.position) filter (where later.is_closing and later.position > raised.position)
                as closing_position,
            min(later.occurred_at) filter (where later.is_closing and later.position > raised.position) as closing_at,
            min(later.position) filter (where later.event = 'answered' and later.escalation_no = raised.escalation_no)
                as answer_position,
            min(later.occurred_at)
                filter (where later.event = 'answered' and later.escalation_no = raised.escalation_no) as answered_at,
            min(later.occurred_at)
                filter (where later.event = 'supervised' and later.escalation_no = raised.escalation_no)
                as supervised_at,
            count(*) filter (where later.event = 'supervised' and later.escalation_no = raised.escalation_no)
                as supervised_count,
            max(later.occurred_at)
                filter (where later.event = 'acknowledged' and later.escalation_no = raised.escalation_no)
                as acknowledged_at
        from raised
        inner join numbered as later on raised.case_id = later.case_id
        group by
            raised.case_id, raised.escalation_no, raised.occurred_at, raised.level, raised.department_id,
            raised.due_at, raised.position
    )

    select
        p_subdistrict_id as subdistrict_id,
        followed.case_id,
        followed.escalation_no,
        followed.raised_at,
        followed.from_area_id,
        coalesce(followed.level, 'department') as level,
        followed.department_id,
        followed.deadline_at,
        followed.answered_at,
        followed.supervised_at,
        cast(followed.supervised_count as smallint) as supervised_count,
        followed.acknowledged_at,
        case when followed.answer_position is null or followed.answer_position > followed.closing_position
            then followed.closing_at end as lapsed_at,
        case
            when followed.closing_position is not null
                and (followed.answer_position is null or followed.answer_position > followed.closing_position)
                then 'lapsed'
            when followed.answer_position is not null then 'answered'
            else 'pending'
        end as state
    from followed
$$;

-- One row per case changed since p_as_of, as it was known then. Returns at once where nothing came after: a question
-- about the present then pays nothing for being able to ask about the past.
create or replace function app.cases_folded_at(p_subdistrict_id integer, p_as_of timestamptz) returns setof app.cases
language plpgsql stable rows 100
as $$
declare
    later_ids bigint[];
    earliest timestamptz;
begin
    select array_agg(later.case_id), min(later.first_occurred_at) into later_ids, earliest
    from (
        select cases.case_id, cases.first_occurred_at from app.cases
        where cases.subdistrict_id = p_subdistrict_id
            and cases.last_recorded_at > p_as_of and cases.first_occurred_at <= p_as_of
        union all
        select vanished.case_id, vanished.first_occurred_at from app.vanished_cases as vanished
        where vanished.subdistrict_id = p_subdistrict_id
            and vanished.last_recorded_at > p_as_of and vanished.first_occurred_at <= p_as_of
    ) as later;
    if later_ids is not null then
        return query select * from app.fold_cases(p_subdistrict_id, later_ids, earliest, p_as_of);
    end if;
end
$$;

-- One row per case as known at p_as_of: the row that stands where nothing came after, otherwise folded again.
create or replace function app.cases_at(p_subdistrict_id integer, p_as_of timestamptz) returns setof app.cases
language sql stable
as $$
    select standing.*
    from app.cases as standing
    where standing.subdistrict_id = p_subdistrict_id and standing.last_recorded_at <= p_as_of
    union all
    select past.* from app.cases_folded_at(p_subdistrict_id, p_as_of) as past
$$;

-- One row per hand-up of a case changed since p_as_of, as it was known then.
create or replace function app.escalations_folded_at(p_subdistrict_id integer, p_as_of timestamptz)
returns setof app.escalations
language plpgsql stable rows 20
as $$
declare
    later_ids bigint[];
    earliest timestamptz;
begin
    select array_agg(later.case_id), min(later.first_occurred_at) into later_ids, earliest
    from (
        select cases.case_id, cases.first_occurred_at from app.cases
        where cases.subdistrict_id = p_subdistrict_id
            and cases.last_recorded_at > p_as_of and cases.first_occurred_at <= p_as_of
        union all
        select vanished.case_id, vanished.first_occurred_at from app.vanished_cases as vanished
        where vanished.subdistrict_id = p_subdistrict_id
            and vanished.last_recorded_at > p_as_of and vanished.first_occurred_at <= p_as_of
    ) as later;
    if later_ids is not null then
        return query select * from app.fold_escalations(p_subdistrict_id, later_ids, earliest, p_as_of);
    end if;
end
$$;

-- One row per hand-up as known at p_as_of.
create or replace function app.escalations_at(p_subdistrict_id integer, p_as_of timestamptz)
returns setof app.escalations
language sql stable
as $$
    select standing.*
    from app.escalations as standing
    inner join app.cases as owner
        on standing.subdistrict_id = owner.subdistrict_id and standing.case_id = owner.case_id
    where standing.subdistrict_id = p_subdistrict_id and owner.last_recorded_at <= p_as_of
    union all
    select past.* from app.escalations_folded_at(p_subdistrict_id, p_as_of) as past
$$;
