-- What absorb brings up to date after the log: area_day, checkpoints.

-- Counts the cases in door_image by area, day and kind, each with its sign, into door_sum: for their own area and for
-- every area above it up to the subdistrict. A case counts once for each thing that has a day: its report, its
-- resolution, its deadline, its events.
create or replace function app.door_tally(p_subdistrict_id integer) returns void
language plpgsql
as $$
declare
    edges constant integer[] := (
        select array_agg(cast(edge.value as integer) order by edge.position)
        from app.settings
        cross join jsonb_array_elements_text(settings.value) with ordinality as edge (value, position)
        where settings.key = 'handling_edges'
    );
begin
    insert into pg_temp.door_sum (
        subdistrict_id, area_id, day, kind, reported, reported_red, reported_orange, reported_yellow, reported_blue,
        same_day_counted, same_day_resolved, same_day_kept, on_the_spot, reported_by_hour, resolved,
        handling_minutes, handling_histogram, due, due_on_time, reopened, withdrawn, escalated
    )
    with image as materialized (
        select
            door_image.sign, door_image.area_id, door_image.kind, door_image.reported_day, door_image.reported_hour,
            door_image.risk, door_image.is_same_day_counted, door_image.is_same_day_resolved,
            door_image.is_same_day_kept, door_image.is_on_the_spot, door_image.resolved_day,
            cast(
                floor(extract(epoch from door_image.resolved_at - door_image.reported_at) / 60) as integer
            ) as minutes,
            case
                when not (door_image.state in ('withdrawn', 'transferred')
                    and door_image.closed_at < door_image.first_due_at) then door_image.due_day
            end as due_day,
            coalesce(door_image.first_resolved_at <= door_image.first_due_at, false) as is_on_time,
            door_image.reopened_days, door_image.withdrawn_days, door_image.escalated_days
        from pg_temp.door_image
    ),

    -- most cases are resolved, and some due, on the day of their report: one row tells all that fell on it.
    -- width_bucket counts a value on an edge to the right of it; the bins are closed on the right
    counted as (
        select
            image.sign, image.area_id, image.reported_day as day, image.kind, image.reported_hour as hour, image.risk,
            image.is_same_day_counted, image.is_same_day_resolved, image.is_same_day_kept, image.is_on_the_spot,
            case when image.resolved_day = image.reported_day then image.minutes end as minutes,
            case when image.resolved_day = image.reported_day
                then width_bucket(image.minutes - 1, edges) end as bin,
            case when image.due_day = image.reported_day then image.is_on_time end as is_on_time,
            cast(null as text) as event
        from image
        union all
        select
            image.sign, image.area_id, image.resolved_day, image.kind, null, null, null, null, null, null,
            image.minutes, width_bucket(image.minutes - 1, edges), null, null
        from image
        where image.resolved_day <> image.reported_day
        union all
        select
            image.sign, image.area_id, image.due_day, image.kind, null, null, null, null, null, null, null, null,
            image.is_on_time, null
        from image
        where image.due_day <> image.reported_day
        union all
        select
            image.sign, image.area_id, event_day.day, image.kind, null, null, null, null, null, null, null, null, null,
            event_day.event
        from image
        cross join lateral (
            select 'reopened' as event, unnest(image.reopened_days) as day
            union all
            select 'withdrawn' as event, unnest(image.withdrawn_days) as day
            union all
            select 'escalated' as event, unnest(image.escalated_days) as day
        ) as event_day
        where image.reopened_days is not null or image.withdrawn_days is not null
            or image.escalated_days is not null
    ),

    -- each area by itself, before it is added up for those above it: its days are fewer than its cases
    own as (
        select
            counted.area_id,
            counted.day,
            counted.kind,
            sum(counted.sign) filter (where counted.hour is not null) as reported,
            sum(counted.sign) filter (where counted.risk = 'red') as reported_red,
            sum(counted.sign) filter (where counted.risk = 'orange') as reported_orange,
            sum(counted.sign) filter (where counted.risk = 'yellow') as reported_yellow,
            sum(counted.sign) filter (where counted.risk = 'blue') as reported_blue,
            sum(counted.sign) filter (where counted.is_same_day_counted) as same_day_counted,
            sum(counted.sign) filter (where counted.is_same_day_resolved) as same_day_resolved,
            sum(counted.sign) filter (where counted.is_same_day_kept) as same_day_kept,
            sum(counted.sign) filter (where counted.is_on_the_spot) as on_the_spot,
            sum(counted.sign) filter (where counted.hour = 0) as hour_0,
            sum(counted.sign) filter (where counted.hour = 1) as hour_1,
            sum(counted.sign) filter (where counted.hour = 2) as hour_2,
            sum(counted.sign) filter (where counted.hour = 3) as hour_3,
            sum(counted.sign) filter (where counted.hour = 4) as hour_4,
            sum(counted.sign) filter (where counted.hour = 5) as hour_5,
            sum(counted.sign) filter (where counted.hour = 6) as hour_6,
            sum(counted.sign) filter (where counted.hour = 7) as hour_7,
            sum(counted.sign) filter (where counted.hour = 8) as hour_8,
            sum(counted.sign) filter (where counted.hour = 9) as hour_9,
            sum(counted.sign) filter (where counted.hour = 10) as hour_10,
            sum(counted.sign) filter (where counted.hour = 11) as hour_11,
            sum(counted.sign) filter (where counted.hour = 12) as hour_12,
            sum(counted.sign) filter (where counted.hour = 13) as hour_13,
            sum(counted.sign) filter (where counted.hour = 14) as hour_14,
            sum(counted.sign) filter (where counted.hour = 15) as hour_15,
            sum(counted.sign) filter (where counted.hour = 16) as hour_16,
            sum(counted.sign) filter (where counted.hour = 17) as hour_17,
            sum(counted.sign) filter (where counted.hour = 18) as hour_18,
            sum(counted.sign) filter (where counted.hour = 19) as hour_19,
            sum(counted.sign) filter (where counted.hour = 20) as hour_20,
            sum(counted.sign) filter (where counted.hour = 21) as hour_21,
            sum(counted.sign) filter (where counted.hour = 22) as hour_22,
            sum(counted.sign) filter (where counted.hour = 23) as hour_23,
            sum(counted.sign) filter (where counted.bin is not null) as resolved,
            sum(counted.sign * counted.minutes) as handling_minutes,
            sum(counted.sign) filter (where counted.bin = 0) as bin_0,
            sum(counted.sign) filter (where counted.bin = 1) as bin_1,
            sum(counted.sign) filter (where counted.bin = 2) as bin_2,
            sum(counted.sign) filter (where counted.bin = 3) as bin_3,
            sum(counted.sign) filter (where counted.bin = 4) as bin_4,
            sum(counted.sign) filter (where counted.bin = 5) as bin_5,
            sum(counted.sign) filter (where counted.bin = 6) as bin_6,
            sum(counted.sign) filter (where counted.bin = 7) as bin_7,
            sum(counted.sign) filter (where counted.bin = 8) as bin_8,
            sum(counted.sign) filter (where counted.bin = 9) as bin_9,
            sum(counted.sign) filter (where counted.bin = 10) as bin_10,
            sum(counted.sign) filter (where counted.bin = 11) as bin_11,
            sum(counted.sign) filter (where counted.is_on_time is not null) as due,
            sum(counted.sign) filter (where counted.is_on_time) as due_on_time,
            sum(counted.sign) filter (where counted.event = 'reopened') as reopened,
            sum(counted.sign) filter (where counted.event = 'withdrawn') as withdrawn,
            sum(counted.sign) filter (where counted.event = 'escalated') as escalated
        from counted
        group by counted.area_id, counted.day, counted.kind
    ),

    -- the area itself, and every area above it
    above as materialized (
        select area_closure.ancestor_id, area_closure.descendant_id
        from app.area_closure
        inner join app.areas
            on area_closure.ancestor_id = areas.area_id and areas.subdistrict_id = p_subdistrict_id
    )

    select
        p_subdistrict_id, above.ancestor_id, own.day, own.kind,
        coalesce(sum(cast(own.reported as integer)), 0),
        coalesce(sum(cast(own.reported_red as integer)), 0),
        coalesce(sum(cast(own.reported_orange as integer)), 0),
        coalesce(sum(cast(own.reported_yellow as integer)), 0),
        coalesce(sum(cast(own.reported_blue as integer)), 0),
        coalesce(sum(cast(own.same_day_counted as integer)), 0),
        coalesce(sum(cast(own.same_day_resolved as integer)), 0),
        coalesce(sum(cast(own.same_day_kept as integer)), 0),
        coalesce(sum(cast(own.on_the_spot as integer)), 0),
        array[
            coalesce(sum(cast(own.hour_0 as integer)), 0),
            coalesce(sum(cast(own.hour_1 as integer)), 0),
            coalesce(sum(cast(own.hour_2 as integer)), 0),
            coalesce(sum(cast(own.hour_3 as integer)), 0),
            coalesce(sum(cast(own.hour_4 as integer)), 0),
            coalesce(sum(cast(own.hour_5 as integer)), 0),
            coalesce(sum(cast(own.hour_6 as integer)), 0),
            coalesce(sum(cast(own.hour_7 as integer)), 0),
            coalesce(sum(cast(own.hour_8 as integer)), 0),
            coalesce(sum(cast(own.hour_9 as integer)), 0),
            coalesce(sum(cast(own.hour_10 as integer)), 0),
            coalesce(sum(cast(own.hour_11 as integer)), 0),
            coalesce(sum(cast(own.hour_12 as integer)), 0),
            coalesce(sum(cast(own.hour_13 as integer)), 0),
            coalesce(sum(cast(own.hour_14 as integer)), 0),
            coalesce(sum(cast(own.hour_15 as integer)), 0),
            coalesce(sum(cast(own.hour_16 as integer)), 0),
            coalesce(sum(cast(own.hour_17 as integer)), 0),
            coalesce(sum(cast(own.hour_18 as integer)), 0),
            coalesce(sum(cast(own.hour_19 as integer)), 0),
            coalesce(sum(cast(own.hour_20 as integer)), 0),
            coalesce(sum(cast(own.hour_21 as integer)), 0),
            coalesce(sum(cast(own.hour_22 as integer)), 0),
            coalesce(sum(cast(own.hour_23 as integer)), 0)
        ],
        coalesce(sum(cast(own.resolved as integer)), 0),
        coalesce(sum(own.handling_minutes), 0),
        array[
            coalesce(sum(cast(own.bin_0 as integer)), 0),
            coalesce(sum(cast(own.bin_1 as integer)), 0),
            coalesce(sum(cast(own.bin_2 as integer)), 0),
            coalesce(sum(cast(own.bin_3 as integer)), 0),
            coalesce(sum(cast(own.bin_4 as integer)), 0),
            coalesce(sum(cast(own.bin_5 as integer)), 0),
            coalesce(sum(cast(own.bin_6 as integer)), 0),
            coalesce(sum(cast(own.bin_7 as integer)), 0),
            coalesce(sum(cast(own.bin_8 as integer)), 0),
            coalesce(sum(cast(own.bin_9 as integer)), 0),
            coalesce(sum(cast(own.bin_10 as integer)), 0),
            coalesce(sum(cast(own.bin_11 as integer)), 0)
        ],
        coalesce(sum(cast(own.due as integer)), 0),
        coalesce(sum(cast(own.due_on_time as integer)), 0),
        coalesce(sum(cast(own.reopened as integer)), 0),
        coalesce(sum(cast(own.withdrawn as integer)), 0),
        coalesce(sum(cast(own.escalated as integer)), 0)
    from own
    inner join above on own.area_id = above.descendant_id
    group by above.ancestor_id, own.day, own.kind;
end
$$;

-- Adds what door_image says has changed to app.area_day: the touched cases as they were count -1, as they are +1.
create or replace function app.door_count(p_subdistrict_id integer) returns void
language plpgsql
as $$
begin
    perform app.door_tally(p_subdistrict_id);
    insert into app.area_day as standing
    select * from pg_temp.door_sum
    on conflict (subdistrict_id, area_id, day, kind) do update set
        reported = standing.reported + excluded.reported,
        reported_red = standing.reported_red + excluded.reported_red,
        reported_orange = standing.reported_orange + excluded.reported_orange,
        reported_yellow = standing.reported_yellow + excluded.reported_yellow,
        reported_blue = standing.reported_blue + excluded.reported_blue,
        same_day_counted = standing.same_day_counted + excluded.same_day_counted,
        same_day_resolved = standing.same_day_resolved + excluded.same_day_resolved,
        same_day_kept = standing.same_day_kept + excluded.same_day_kept,
        on_the_spot = standing.on_the_spot + excluded.on_the_spot,
        reported_by_hour = app.add_bins(standing.reported_by_hour, excluded.reported_by_hour),
        resolved = standing.resolved + excluded.resolved,
        handling_minutes = standing.handling_minutes + excluded.handling_minutes,
        handling_histogram = app.add_bins(standing.handling_histogram, excluded.handling_histogram),
        due = standing.due + excluded.due,
        due_on_time = standing.due_on_time + excluded.due_on_time,
        reopened = standing.reopened + excluded.reopened,
        withdrawn = standing.withdrawn + excluded.withdrawn,
        escalated = standing.escalated + excluded.escalated;

    -- a cell that counts nothing any more is no cell
    if exists (select 1 from pg_temp.door_image where door_image.sign = -1) then
        delete from app.area_day
        using pg_temp.door_sum as touched
        where area_day.subdistrict_id = p_subdistrict_id and area_day.area_id = touched.area_id
            and area_day.day = touched.day and area_day.kind = touched.kind
            and least(
                touched.reported, touched.resolved, touched.due, touched.reopened, touched.withdrawn, touched.escalated
            ) < 0
            and area_day.reported = 0 and area_day.resolved = 0 and area_day.due = 0
            and area_day.reopened = 0 and area_day.withdrawn = 0 and area_day.escalated = 0;
    end if;
end
$$;

-- Writes the checkpoints of the months that begin up to p_until, from the cases as they stand before a batch.
create or replace function app.door_checkpoint(
    p_subdistrict_id integer, p_from timestamptz, p_until timestamptz
) returns void
language plpgsql
as $$
declare
    store_zone constant text := app.time_zone();
    month_day date;
    month_moment timestamptz;
begin
    select coalesce(
        cast(max(checkpoints.month_start) at time zone store_zone + interval '1 month' as date),
        cast(date_trunc('month', p_from at time zone store_zone) as date)
    )
    into month_day
    from app.checkpoints
    where checkpoints.subdistrict_id = p_subdistrict_id;
    loop
        month_moment := app.midnight(month_day, store_zone);
        exit when month_moment > p_until;
        insert into app.checkpoints (subdistrict_id, month_start) values (p_subdistrict_id, month_moment);
        insert into app.case_checkpoint
        select
            open_case.subdistrict_id, month_moment, open_case.case_id, open_case.area_id, open_case.kind,
            open_case.type_id, open_case.risk, open_case.level, open_case.department_id, open_case.reported_at,
            open_case.first_due_at, open_case.due_at, open_case.reopened_count, open_case.escalations_pending,
            open_case.first_occurred_at
        from app.cases as open_case
        where open_case.subdistrict_id = p_subdistrict_id and open_case.state = 'open';
        month_day := cast(month_day + interval '1 month' as date);
    end loop;
end
$$;

-- Folds the touched cases (door_image) again at every checkpoint from p_from on: their rows say that they were known
-- then. A case whose rows were all known at a checkpoint stood there as it stands now: a closed one is no candidate.
create or replace function app.door_mend_checkpoints(p_subdistrict_id integer, p_from timestamptz) returns void
language plpgsql
as $$
declare
    month_starts constant timestamptz[] := (
        select array_agg(checkpoints.month_start order by checkpoints.month_start)
        from app.checkpoints
        where checkpoints.subdistrict_id = p_subdistrict_id and checkpoints.month_start >= p_from
    );
    part record;
begin
    -- a new case stands in none yet
    delete from app.case_checkpoint
    using pg_temp.door_image as touched
    inner join app.checkpoints
        on checkpoints.subdistrict_id = p_subdistrict_id and checkpoints.month_start >= p_from
    where case_checkpoint.subdistrict_id = p_subdistrict_id and touched.sign = -1
        and case_checkpoint.month_start = checkpoints.month_start
        and case_checkpoint.case_id = touched.case_id;
    -- where nothing came later, the case stood then as it stands
    insert into app.case_checkpoint
    select
        touched.subdistrict_id, checkpoints.month_start, touched.case_id, touched.area_id, touched.kind,
        touched.type_id, touched.risk, touched.level, touched.department_id, touched.reported_at,
        touched.first_due_at, touched.due_at, touched.reopened_count, touched.escalations_pending,
        touched.first_occurred_at
    from pg_temp.door_image as touched
    inner join app.checkpoints
        on checkpoints.subdistrict_id = p_subdistrict_id and checkpoints.month_start >= p_from
        and checkpoints.month_start >= greatest(touched.last_recorded_at, touched.last_occurred_at)
    where touched.sign = 1 and touched.state = 'open'
    order by checkpoints.month_start, touched.case_id;
    -- where something did, it is folded as known then
    for part in
        select
            checkpoints.month_start,
            array_agg(touched.case_id) as case_ids,
            min(touched.first_occurred_at) as first_at
        from pg_temp.door_image as touched
        inner join app.checkpoints
            on checkpoints.subdistrict_id = p_subdistrict_id and checkpoints.month_start >= p_from
            and checkpoints.month_start >= touched.first_occurred_at
            and checkpoints.month_start < greatest(touched.last_recorded_at, touched.last_occurred_at)
        where touched.sign = 1
            -- most cases pass no month's end: not to be held against each
            and width_bucket(touched.first_occurred_at - interval '1 microsecond', month_starts)
            < width_bucket(greatest(touched.last_recorded_at, touched.last_occurred_at), month_starts)
        group by checkpoints.month_start
    loop
        insert into app.case_checkpoint
        select
            folded.subdistrict_id, part.month_start, folded.case_id, folded.area_id, folded.kind, folded.type_id,
            folded.risk, folded.level, folded.department_id, folded.reported_at, folded.first_due_at, folded.due_at,
            folded.reopened_count, folded.escalations_pending, folded.first_occurred_at
        from app.fold_cases(p_subdistrict_id, part.case_ids, part.first_at, part.month_start) as folded
        where folded.state = 'open';
    end loop;
end
$$;
