-- One row per difference between what stands and what the log says, or (is_difference false) per doubtful history:
-- source data to be looked at, which no rule of derivation forbids.
create or replace function app.verify(p_subdistrict_id integer)
returns table (is_difference boolean, finding text, subject text, detail text)
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
set work_mem = '128MB'
set client_min_messages = warning
as $$
declare
    all_ids bigint[];
    handed_up_ids bigint[];
    checkpoint app.checkpoints;
begin
    -- writers wait: the comparison is of one state
    perform pg_advisory_xact_lock(hashtext('app.absorb'), p_subdistrict_id);
    perform app.door_tables();
    select
        array_agg(distinct case_log.case_id),
        array_agg(distinct case_log.case_id) filter (where case_log.event = 'escalated')
    into all_ids, handed_up_ids
    from app.case_log where case_log.subdistrict_id = p_subdistrict_id;
    if all_ids is not null then
        insert into pg_temp.door_image
        select 1, folded.* from app.fold_cases(p_subdistrict_id, all_ids, '-infinity', 'infinity') as folded;
    end if;

    return query
    select true, 'case differs', coalesce(standing.external_id, folded.external_id),
        coalesce((
            select string_agg(pair.key, ', ' order by pair.key)
            from jsonb_each(to_jsonb(standing)) as pair
            where pair.value is distinct from to_jsonb(folded) -> pair.key and pair.key <> 'sign'
        ), 'stands on one side only')
    from (select cases.* from app.cases where cases.subdistrict_id = p_subdistrict_id) as standing
    full outer join pg_temp.door_image as folded on folded.case_id = standing.case_id
    where standing.case_id is null or folded.case_id is null
        or row(1, standing.*) is distinct from row(folded.*);

    return query
    with folded as (
        select to_jsonb(hand_up) as body
        from app.fold_escalations(p_subdistrict_id, coalesce(handed_up_ids, '{}'), '-infinity', 'infinity') as hand_up
    ),

    standing as (
        select to_jsonb(escalations) as body from app.escalations
        where escalations.subdistrict_id = p_subdistrict_id
    )

    select true, 'escalation differs', coalesce(standing.body ->> 'case_id', folded.body ->> 'case_id'),
        coalesce(folded.body, standing.body)::text
    from standing
    full outer join folded
        on folded.body -> 'case_id' = standing.body -> 'case_id'
        and folded.body -> 'escalation_no' = standing.body -> 'escalation_no'
    where standing.body is distinct from folded.body;

    perform app.door_tally(p_subdistrict_id);
    return query
    select true, 'area_day differs',
        coalesce(standing.area_id, derived.area_id) || ' ' || coalesce(standing.day, derived.day)
        || ' ' || coalesce(standing.kind, derived.kind),
        coalesce(to_jsonb(derived), to_jsonb(standing))::text
    from (select area_day.* from app.area_day where area_day.subdistrict_id = p_subdistrict_id) as standing
    full outer join pg_temp.door_sum as derived
        on derived.area_id = standing.area_id and derived.day = standing.day and derived.kind = standing.kind
    where row(standing.*) is distinct from row(derived.*);

    return query
    select true, 'recorded hour differs',
        coalesce(standing.recorded_hour, derived.recorded_hour) || ' ' || coalesce(standing.source, derived.source),
        coalesce(to_jsonb(derived), to_jsonb(standing))::text
    from (
        select recorded_hours.* from app.recorded_hours where recorded_hours.subdistrict_id = p_subdistrict_id
    ) as standing
    full outer join app.recorded_hours_anew(p_subdistrict_id) as derived
        on derived.recorded_hour = standing.recorded_hour and derived.source = standing.source
    where row(standing.*) is distinct from row(derived.*);

    for checkpoint in
        select * from app.checkpoints where checkpoints.subdistrict_id = p_subdistrict_id
        order by checkpoints.month_start
    loop
        return query
        with standing as (
            select to_jsonb(case_checkpoint) as body, case_checkpoint.case_id from app.case_checkpoint
            where case_checkpoint.subdistrict_id = p_subdistrict_id
                and case_checkpoint.month_start = checkpoint.month_start
        ),

        folded as (
            select past.case_id, jsonb_build_object(
                'subdistrict_id', past.subdistrict_id, 'month_start', checkpoint.month_start,
                'case_id', past.case_id, 'area_id', past.area_id, 'kind', past.kind, 'type_id', past.type_id,
                'risk', past.risk, 'level', past.level, 'department_id', past.department_id,
                'reported_at', past.reported_at, 'first_due_at', past.first_due_at, 'due_at', past.due_at,
                'reopened_count', past.reopened_count, 'escalations_pending', past.escalations_pending,
                'first_occurred_at', past.first_occurred_at
            ) as body
            from app.cases_at(p_subdistrict_id, checkpoint.month_start) as past
            where past.state = 'open'
        )

        select true, 'checkpoint differs', checkpoint.month_start || ' ' || coalesce(standing.case_id, folded.case_id),
            coalesce(folded.body, standing.body)::text
        from standing
        full outer join folded on folded.case_id = standing.case_id
        where standing.body is distinct from folded.body;
    end loop;

    -- days as they stand packed, and as they are packed anew; each case's day must be laid out
    return query
    with standing as (
        select packed_days.day, to_jsonb(packed_days) - array['subdistrict_id', 'begins_at', 'ends_at'] as body
        from app.packed_days
        where packed_days.subdistrict_id = p_subdistrict_id
    ),

    made as (
        select known.day, to_jsonb(known) as body
        from app.packed_days_at(p_subdistrict_id, 'infinity', '-infinity', 'infinity', null, true) as known
    ),

    days as (
        select distinct cases.reported_day as day from app.cases where cases.subdistrict_id = p_subdistrict_id
    )

    select true, 'packed day differs', coalesce(standing.day, days.day)::text,
        case
            when standing.day is null then 'it is not laid out'
            when made.day is null then 'its cases are not found'
            else (
                select string_agg(pair.key, ', ' order by pair.key)
                from jsonb_each(standing.body) as pair
                where pair.value is distinct from made.body -> pair.key
            )
        end
    from days
    full outer join standing on days.day = standing.day
    left join made on standing.day = made.day
    where standing.day is null or made.day is null and days.day is not null
        or standing.body ->> 'last_recorded_at' is not null and standing.body is distinct from made.body;

    -- doubtful histories, reported and counted as they came
    return query
    select false, 'resolved before it was dispatched', doubtful.external_id, doubtful.first_resolved_at::text
    from app.cases as doubtful
    where doubtful.subdistrict_id = p_subdistrict_id and doubtful.dispatched_at > doubtful.first_resolved_at
        and doubtful.last_reopened_at is null
    union all
    select false, 'evaluated or fed back before it was resolved', doubtful.external_id,
        least(doubtful.fed_back_at, doubtful.evaluated_at)::text
    from app.cases as doubtful
    where doubtful.subdistrict_id = p_subdistrict_id
        and least(doubtful.fed_back_at, doubtful.evaluated_at) < doubtful.first_resolved_at;
    return query
    with told as (
        select effective.case_id, effective.event, effective.occurred_at,
            lag(effective.event) over (
                partition by effective.case_id order by effective.occurred_at, effective.stage, effective.log_id
            ) as event_before
        from app.effective_rows(p_subdistrict_id, coalesce(all_ids, '{}'), '-infinity', 'infinity') as effective
        where effective.event in ('reported', 'resolved', 'reopened', 'withdrawn')
    )

    select false,
        case told.event
            when 'resolved' then case told.event_before when 'withdrawn' then 'resolved after it was withdrawn'
                else 'resolved while it was resolved' end
            else 'reopened while it was open' end,
        cases.external_id, told.occurred_at::text
    from told
    inner join app.cases on cases.subdistrict_id = p_subdistrict_id and cases.case_id = told.case_id
    where told.event = 'resolved' and told.event_before in ('resolved', 'withdrawn')
        or told.event = 'reopened' and told.event_before in ('reported', 'reopened', 'withdrawn');
end
$$;

-- Rebuilds everything that follows from the log: after a change of time zone, window or rule.
create or replace function app.rebuild(p_subdistrict_id integer) returns bigint
language plpgsql security definer
set search_path = app, pg_temp
set timezone = 'UTC'
set work_mem = '128MB'
set client_min_messages = warning
as $$
declare
    all_ids bigint[];
    checkpoint_moment timestamptz;
    first_moment timestamptz;
    last_moment timestamptz;
begin
    perform pg_advisory_xact_lock(hashtext('app.absorb'), p_subdistrict_id);
    perform app.door_tables();
    select array_agg(distinct case_log.case_id), min(case_log.recorded_at), max(case_log.recorded_at)
    into all_ids, first_moment, last_moment
    from app.case_log where case_log.subdistrict_id = p_subdistrict_id;
    delete from app.cases where cases.subdistrict_id = p_subdistrict_id;
    delete from app.escalations where escalations.subdistrict_id = p_subdistrict_id;
    delete from app.area_day where area_day.subdistrict_id = p_subdistrict_id;
    delete from app.packed_days where packed_days.subdistrict_id = p_subdistrict_id;
    delete from app.recorded_hours where recorded_hours.subdistrict_id = p_subdistrict_id;
    delete from app.case_checkpoint where case_checkpoint.subdistrict_id = p_subdistrict_id;
    delete from app.checkpoints where checkpoints.subdistrict_id = p_subdistrict_id;
    if all_ids is not null then
        perform app.door_checkpoint(p_subdistrict_id, first_moment, last_moment);
        insert into pg_temp.door_image
        select 1, folded.* from app.fold_cases(p_subdistrict_id, all_ids, '-infinity', 'infinity') as folded;
        perform app.door_replace(p_subdistrict_id, null, all_ids, null, '-infinity');
        perform app.door_count(p_subdistrict_id);
        insert into app.recorded_hours select anew.* from app.recorded_hours_anew(p_subdistrict_id) as anew;
        for checkpoint_moment in
            select checkpoints.month_start from app.checkpoints
            where checkpoints.subdistrict_id = p_subdistrict_id
        loop
            insert into app.case_checkpoint
            select
                past.subdistrict_id, checkpoint_moment, past.case_id, past.area_id, past.kind, past.type_id,
                past.risk, past.level, past.department_id, past.reported_at, past.first_due_at, past.due_at,
                past.reopened_count, past.escalations_pending, past.first_occurred_at
            from app.cases_at(p_subdistrict_id, checkpoint_moment) as past
            where past.state = 'open';
        end loop;
    end if;
    update app.subdistricts set version = subdistricts.version + 1
    where subdistricts.subdistrict_id = p_subdistrict_id;
    return cardinality(all_ids);
end
$$;
