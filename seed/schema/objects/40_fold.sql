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
                filter (where known.field = 'summary'))[1] as summary,
            (array_agg(known.lon order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'point'))[1] as lon,
            (array_agg(known.lat order by known.recorded_at desc, known.log_id desc)
                filter (where known.field = 'point'))[1] as lat
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
        case when counted.event is not null then coalesce(mended.lon, known.lon) end as lon,
        case when counted.event is not null then coalesce(mended.lat, known.lat) end as lat,
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

-- The first value of a group that is not null, in the order given: with rows newest first, what is known last.
create or replace function app.keep_first(p_kept anyelement, p_next anyelement) returns anyelement
language sql immutable strict parallel safe
as $$
    select p_kept
$$;
create or replace aggregate app.first_known(anyelement) ( -- noqa: LT01
    sfunc = app.keep_first, stype = anyelement, parallel = safe
);
-- From 16 on the server has that function in C: one in SQL costs a fold more than all its sorting.
do $$
begin
    if to_regprocedure('pg_catalog.any_value_transfn(anyelement, anyelement)') is not null then
        create or replace aggregate app.first_known(anyelement) (
            sfunc = pg_catalog.any_value_transfn, stype = anyelement, parallel = safe
        );
    end if;
end
$$;

-- The local day of each such event, in order; the two arrays run in step.
create or replace function app.days_of(p_event text, p_events text[], p_occurred_ats timestamptz[], p_time_zone text)
returns date[]
language sql immutable parallel safe
as $$
    select array_agg(cast(told.occurred_at at time zone p_time_zone as date) order by told.occurred_at)
    from unnest(p_events, p_occurred_ats) as told (event, occurred_at)
    where told.event = p_event
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

    -- newest first within a case; the five arrays run in step
    folded as (
        select
            moved.case_id,
            min(moved.occurred_at) filter (where moved.event = 'reported') as reported_at,
            app.first_known(moved.source order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as source,
            app.first_known(moved.external_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as external_id,
            app.first_known(moved.kind order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as kind,
            app.first_known(moved.type_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as type_id,
            app.first_known(moved.risk order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as risk,
            app.first_known(moved.channel order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as channel,
            app.first_known(moved.area_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as area_id,
            app.first_known(moved.department_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as department_id,
            app.first_known(moved.level order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as level,
            app.first_known(moved.satisfaction order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as satisfaction,
            app.first_known(moved.lon order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as lon,
            app.first_known(moved.lat order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as lat,
            app.first_known(moved.summary order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as summary,
            app.first_known(moved.party_key order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as party_key,
            app.first_known(moved.linked_subdistrict_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as linked_subdistrict_id,
            app.first_known(moved.linked_case_id order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as linked_case_id,
            array_agg(moved.event order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as events,
            array_agg(moved.occurred_at order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as occurred_ats,
            array_agg(moved.state order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as states,
            array_agg(moved.level order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as levels,
            array_agg(moved.escalation_no order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as escalation_nos,
            app.first_known(moved.event order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as last_event,
            app.first_known(moved.state order by moved.occurred_at desc, moved.stage desc, moved.log_id desc) as state,
            app.first_known(moved.occurred_at order by moved.occurred_at desc, moved.stage desc, moved.log_id desc)
                filter (where moved.state is not null) as state_at,
            min(moved.occurred_at) filter (where moved.event = 'discovered') as discovered_at,
            min(moved.occurred_at) filter (where moved.event = 'dispatched') as dispatched_at,
            min(moved.occurred_at) filter (where moved.event = 'accepted') as accepted_at,
            min(moved.occurred_at) filter (where moved.event = 'resolved') as first_resolved_at,
            max(moved.occurred_at) filter (where moved.event = 'resolved') as last_resolved_at,
            max(moved.occurred_at) filter (where moved.event = 'fed_back') as fed_back_at,
            max(moved.occurred_at) filter (where moved.event = 'evaluated') as evaluated_at,
            max(moved.occurred_at) filter (where moved.event = 'withdrawn') as withdrawn_at,
            max(moved.occurred_at) filter (where moved.event = 'reopened') as last_reopened_at,
            min(moved.due_at) filter (where moved.event = 'reported') as first_due_at,
            app.first_known(moved.due_at order by moved.occurred_at desc, moved.stage desc, moved.log_id desc)
                filter (where moved.event = 'deadline_changed') as changed_due_at,
            count(*) filter (where moved.event = 'reopened') as reopened_count,
            count(*) filter (where moved.event = 'deadline_changed') as deadline_changes,
            count(*) filter (where moved.event = 'escalated') as hand_up_count,
            count(moved.state) as turn_count,
            min(moved.raw_occurred_at) filter (where moved.event = 'reported') as opened_at,
            min(moved.raw_occurred_at) as first_occurred_at,
            max(moved.raw_occurred_at) as last_occurred_at,
            max(moved.recorded_at) as last_recorded_at
        from moved
        group by moved.case_id
    ),

    dated as (
        select
            folded.*,
            store.time_zone,
            store.window_days,
            folded.reported_at at time zone store.time_zone as reported_clock
        from folded
        cross join store
        where folded.reported_at is not null
        offset 0
    ),

    bounded as (
        select
            dated.*,
            cast(dated.reported_clock as date) as reported_day,
            app.midnight(cast(dated.reported_clock as date) + 1, dated.time_zone) as day_end
        from dated
        offset 0
    ),

    -- what has to be looked up among a case's rows, in the few cases that need it
    looked_up as (
        select
            bounded.*,
            case
                when bounded.state_at < bounded.day_end then bounded.state
                -- the other of its two turns is its report
                when bounded.turn_count = 2 then 'open'
                else (
                    select told.state
                    from unnest(bounded.states, bounded.occurred_ats) with ordinality
                        as told (state, occurred_at, position)
                    where told.state is not null and told.occurred_at < bounded.day_end
                    order by told.position
                    limit 1
                )
            end as day_end_state,
            case
                when bounded.state <> 'resolved' then null
                when bounded.level is null then 'grid'
                -- nothing has happened since
                when bounded.last_event = 'resolved' then bounded.level
                else coalesce(
                    bounded.levels[array_position(bounded.events, 'resolved')],
                    (
                        select told.level
                        from unnest(bounded.levels) with ordinality as told (level, position)
                        where told.level is not null
                            and told.position >= array_position(bounded.events, 'resolved')
                        order by told.position
                        limit 1
                    ),
                    'grid'
                )
            end as resolved_level,
            bounded.reopened_count > 0 and exists (
                select 1 from unnest(bounded.events, bounded.occurred_ats) as told (event, occurred_at)
                where told.event = 'reopened'
                    and told.occurred_at >= bounded.day_end
                    and told.occurred_at < app.midnight(
                        bounded.reported_day + 1 + bounded.window_days, bounded.time_zone
                    )
            ) as is_reopened_after,
            case when bounded.hand_up_count = 0 then 0 else (
                select count(distinct told.escalation_no)
                from unnest(bounded.events, bounded.escalation_nos) as told (event, escalation_no)
                where told.event = 'escalated'
            ) end as escalation_count,
            -- raised, never answered, and the case not closed since
            case when bounded.hand_up_count = 0 then 0 else (
                select count(*)
                from (
                    select told.escalation_no
                    from unnest(bounded.events, bounded.states, bounded.escalation_nos) with ordinality
                        as told (event, state, escalation_no, position)
                    cross join lateral (
                        select min(closed.position) as position
                        from unnest(bounded.states) with ordinality as closed (state, position)
                        where closed.state <> 'open'
                    ) as closing
                    where told.event in ('escalated', 'answered')
                    group by told.escalation_no
                    having bool_and(
                        told.event = 'escalated' and told.position < coalesce(closing.position, told.position + 1)
                    )
                ) as waiting
            ) end as escalations_pending
        from bounded
        offset 0
    )

    select
        p_subdistrict_id as subdistrict_id,
        looked_up.case_id,
        looked_up.source,
        looked_up.external_id,
        looked_up.kind,
        looked_up.type_id,
        looked_up.risk,
        looked_up.channel,
        looked_up.area_id,
        looked_up.department_id,
        coalesce(looked_up.level, 'grid') as level,
        looked_up.state,
        looked_up.last_event,
        looked_up.discovered_at,
        looked_up.reported_at,
        looked_up.dispatched_at,
        looked_up.accepted_at,
        looked_up.first_resolved_at,
        case when looked_up.state = 'resolved' then looked_up.last_resolved_at end as resolved_at,
        looked_up.fed_back_at,
        looked_up.evaluated_at,
        looked_up.withdrawn_at,
        looked_up.last_reopened_at,
        case when looked_up.state <> 'open' then looked_up.state_at end as closed_at,
        looked_up.first_due_at,
        coalesce(looked_up.changed_due_at, looked_up.first_due_at) as due_at,
        cast(looked_up.reopened_count as smallint) as reopened_count,
        cast(looked_up.deadline_changes as smallint) as deadline_changes,
        cast(looked_up.escalation_count as smallint) as escalation_count,
        cast(looked_up.escalations_pending as smallint) as escalations_pending,
        looked_up.resolved_level,
        looked_up.state = 'resolved' and looked_up.dispatched_at is null and looked_up.escalation_count = 0
        and looked_up.resolved_level = 'grid' as is_on_the_spot,
        looked_up.satisfaction,
        looked_up.reported_day,
        cast(extract(hour from looked_up.reported_clock) as smallint) as reported_hour,
        case when looked_up.state = 'resolved'
            then cast(looked_up.last_resolved_at at time zone looked_up.time_zone as date) end as resolved_day,
        cast(looked_up.first_due_at at time zone looked_up.time_zone as date) as due_day,
        coalesce(looked_up.day_end_state, 'open') not in ('withdrawn', 'transferred') as is_same_day_counted,
        coalesce(looked_up.day_end_state, 'open') = 'resolved' as is_same_day_resolved,
        coalesce(looked_up.day_end_state, 'open') = 'resolved' and not looked_up.is_reopened_after
            as is_same_day_kept,
        case when looked_up.reopened_count > 0
            then app.days_of('reopened', looked_up.events, looked_up.occurred_ats, looked_up.time_zone)
        end as reopened_days,
        case when looked_up.withdrawn_at is not null
            then app.days_of('withdrawn', looked_up.events, looked_up.occurred_ats, looked_up.time_zone)
        end as withdrawn_days,
        case when looked_up.hand_up_count > 0
            then app.days_of('escalated', looked_up.events, looked_up.occurred_ats, looked_up.time_zone)
        end as escalated_days,
        looked_up.lon,
        looked_up.lat,
        looked_up.summary,
        looked_up.party_key,
        looked_up.linked_subdistrict_id,
        looked_up.linked_case_id,
        looked_up.opened_at,
        looked_up.first_occurred_at,
        looked_up.last_occurred_at,
        looked_up.last_recorded_at,
        app.packed_stages(
            looked_up.discovered_at, looked_up.reported_at, looked_up.dispatched_at, looked_up.first_resolved_at,
            case when looked_up.state = 'resolved' then looked_up.last_resolved_at end,
            looked_up.fed_back_at, looked_up.evaluated_at,
            case when looked_up.state in ('withdrawn', 'transferred') then looked_up.state_at end
        ) as stage_times,
        -- opened once and closed at most once: open from reported_at to closed_at
        case when looked_up.turn_count > 2 or looked_up.reopened_count > 0
            then app.packed_spells(looked_up.reported_at, looked_up.states, looked_up.occurred_ats)
        end as open_spells
    from looked_up
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

-- One row per case begun by p_as_of that something was recorded of since, those whose opening was revoked included: all
-- others stand as they were known then. Such a case was either last recorded within two days of p_as_of, or its
-- records span more than two days: few do, and they have an index of their own, so that looking back a year does not
-- walk through the year. Two days are 48 hours here: a day of summer time is no other length.
create or replace function app.changed_since(p_subdistrict_id integer, p_as_of timestamptz)
returns table (case_id bigint, first_occurred_at timestamptz)
language sql stable rows 100
as $$
    select cases.case_id, cases.first_occurred_at
    from app.cases
    where cases.subdistrict_id = p_subdistrict_id
        and cases.first_occurred_at <= p_as_of
        and cases.last_recorded_at > p_as_of
        and cases.last_recorded_at <= p_as_of + interval '48 hours'
    union all
    select cases.case_id, cases.first_occurred_at
    from app.cases
    where cases.subdistrict_id = p_subdistrict_id
        and cases.first_occurred_at <= p_as_of
        and cases.last_recorded_at > p_as_of + interval '48 hours'
        and cases.last_recorded_at - cases.first_occurred_at > interval '48 hours'
    union all
    select vanished_cases.case_id, vanished_cases.first_occurred_at
    from app.vanished_cases
    where vanished_cases.subdistrict_id = p_subdistrict_id
        and vanished_cases.first_occurred_at <= p_as_of
        and vanished_cases.last_recorded_at > p_as_of
$$;

-- One row per case changed since p_as_of, as it was known then. Returns at once where nothing came after: a question
-- about the present then pays nothing for being able to ask about the past.
create or replace function app.cases_folded_at(p_subdistrict_id integer, p_as_of timestamptz) returns setof app.cases
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
declare
    later_ids bigint[];
    earliest timestamptz;
begin
    select array_agg(changed.case_id), min(changed.first_occurred_at) into later_ids, earliest
    from app.changed_since(p_subdistrict_id, p_as_of) as changed;
    if later_ids is not null then
        return query select * from app.fold_cases(p_subdistrict_id, later_ids, earliest, p_as_of);
    end if;
end
$$;

-- app.fold_cases for questions: planned once in a session, not each time it is asked, over all partitions of the log.
create or replace function app.cases_folded(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns setof app.cases
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
begin
    if cardinality(p_case_ids) > 0 then
        return query select * from app.fold_cases(p_subdistrict_id, p_case_ids, p_from, p_as_of);
    end if;
end
$$;

-- The same with few columns: whoever asks for no more waits half as long.
create or replace function app.cases_folded_briefly(
    p_subdistrict_id integer, p_case_ids bigint[], p_from timestamptz, p_as_of timestamptz
)
returns table (
    case_id bigint, source text, kind text, state text, area_id integer, reported_at timestamptz, reported_day date
)
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
begin
    if cardinality(p_case_ids) > 0 then
        return query
        select
            folded.case_id, folded.source, folded.kind, folded.state, folded.area_id, folded.reported_at,
            folded.reported_day
        from app.fold_cases(p_subdistrict_id, p_case_ids, p_from, p_as_of) as folded;
    end if;
end
$$;

-- One row per case of which a time was corrected or a row revoked since p_since, with the last moment of such.
create or replace function app.time_corrections_since(p_subdistrict_id integer, p_since timestamptz)
returns table (case_id bigint, last_recorded_at timestamptz)
language plpgsql stable rows 20
as $$
begin
    return query
    select case_log.case_id, max(case_log.recorded_at)
    from app.case_log
    where case_log.subdistrict_id = p_subdistrict_id
        and case_log.event = 'corrected' and case_log.field in ('occurred_at', 'void')
        and case_log.recorded_at >= p_since
    group by case_log.case_id;
end
$$;

-- One row per case as known at p_as_of: the row that stands where nothing came after, otherwise folded again.
-- What is asked of both halves stands outside the union: a half with a condition of its own hands on its rows with all
-- their columns, one by one, and a question about a year takes half as long again (decision 0040).
create or replace function app.cases_at(p_subdistrict_id integer, p_as_of timestamptz) returns setof app.cases
language sql stable
as $$
    select known.*
    from (
        select standing.* from app.cases as standing
        union all
        select past.* from app.cases_folded_at(p_subdistrict_id, p_as_of) as past
    ) as known
    where known.subdistrict_id = p_subdistrict_id and known.last_recorded_at <= p_as_of
$$;

-- One row per hand-up of a case changed since p_as_of, as it was known then. Few cases are ever handed up: the others
-- are not folded.
create or replace function app.escalations_folded_at(p_subdistrict_id integer, p_as_of timestamptz)
returns setof app.escalations
language plpgsql stable rows 20 set plan_cache_mode = force_generic_plan
as $$
declare
    later_ids bigint[];
    handed_up_ids bigint[];
    earliest timestamptz;
begin
    select array_agg(changed.case_id), min(changed.first_occurred_at) into later_ids, earliest
    from app.changed_since(p_subdistrict_id, p_as_of) as changed;
    if later_ids is not null then
        select array_agg(distinct case_log.case_id) into handed_up_ids
        from app.case_log
        where case_log.subdistrict_id = p_subdistrict_id
            and case_log.case_id = any(later_ids)
            and case_log.occurred_at >= earliest
            and case_log.occurred_at <= p_as_of
            and case_log.event = 'escalated';
    end if;
    if handed_up_ids is not null then
        return query select * from app.fold_escalations(p_subdistrict_id, handed_up_ids, earliest, p_as_of);
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
