-- What absorb brings up to date after the log: area_day, checkpoints.

-- Counts the cases in door_image by area, day and kind, each with its sign: door_cell by their own area, door_sum by
-- every area above it up to the subdistrict as well.
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
    insert into pg_temp.door_cell (
        subdistrict_id, area_id, day, kind, reported, reported_red, reported_orange, reported_yellow, reported_blue,
        same_day_counted, same_day_resolved, same_day_kept, on_the_spot, reported_by_hour, resolved,
        handling_minutes, handling_histogram, due, due_on_time, reopened, withdrawn, escalated
    )
    with by_report as (
        select
            image.area_id,
            image.reported_day as day,
            image.kind,
            sum(image.sign) as reported,
            sum(image.sign) filter (where image.risk = 'red') as reported_red,
            sum(image.sign) filter (where image.risk = 'orange') as reported_orange,
            sum(image.sign) filter (where image.risk = 'yellow') as reported_yellow,
            sum(image.sign) filter (where image.risk = 'blue') as reported_blue,
            sum(image.sign) filter (where image.is_same_day_counted) as same_day_counted,
            sum(image.sign) filter (where image.is_same_day_resolved) as same_day_resolved,
            sum(image.sign) filter (where image.is_same_day_kept) as same_day_kept,
            sum(image.sign) filter (where image.is_on_the_spot) as on_the_spot,
            array[
                coalesce(sum(image.sign) filter (where image.reported_hour = 0), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 1), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 2), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 3), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 4), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 5), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 6), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 7), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 8), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 9), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 10), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 11), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 12), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 13), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 14), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 15), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 16), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 17), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 18), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 19), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 20), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 21), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 22), 0),
                coalesce(sum(image.sign) filter (where image.reported_hour = 23), 0)
            ] as reported_by_hour
        from pg_temp.door_image as image
        group by image.area_id, image.reported_day, image.kind
    ),

    by_resolution as (
        select
            image.area_id,
            image.resolved_day as day,
            image.kind,
            sum(image.sign) as resolved,
            sum(image.sign * image.minutes) as handling_minutes,
            array[
                coalesce(sum(image.sign) filter (where image.bin = 0), 0),
                coalesce(sum(image.sign) filter (where image.bin = 1), 0),
                coalesce(sum(image.sign) filter (where image.bin = 2), 0),
                coalesce(sum(image.sign) filter (where image.bin = 3), 0),
                coalesce(sum(image.sign) filter (where image.bin = 4), 0),
                coalesce(sum(image.sign) filter (where image.bin = 5), 0),
                coalesce(sum(image.sign) filter (where image.bin = 6), 0),
                coalesce(sum(image.sign) filter (where image.bin = 7), 0),
                coalesce(sum(image.sign) filter (where image.bin = 8), 0),
                coalesce(sum(image.sign) filter (where image.bin = 9), 0),
                coalesce(sum(image.sign) filter (where image.bin = 10), 0),
                coalesce(sum(image.sign) filter (where image.bin = 11), 0)
            ] as handling_histogram
        from (
            select
                door_image.sign, door_image.area_id, door_image.resolved_day, door_image.kind, handling.minutes,
                -- width_bucket counts a value on an edge to the right of it; the bins are closed on the right
                width_bucket(handling.minutes - 1, edges) as bin
            from pg_temp.door_image
            cross join lateral (
                select cast(
                    floor(extract(epoch from door_image.resolved_at - door_image.reported_at) / 60) as integer
                ) as minutes
            ) as handling
            where door_image.resolved_day is not null
        ) as image
        group by image.area_id, image.resolved_day, image.kind
    ),

    by_deadline as (
        select
            image.area_id,
            image.due_day as day,
            image.kind,
            sum(image.sign) as due,
            coalesce(sum(image.sign) filter (where image.first_resolved_at <= image.first_due_at), 0) as due_on_time
        from pg_temp.door_image as image
        where image.due_day is not null
            and not (image.state in ('withdrawn', 'transferred') and image.closed_at < image.first_due_at)
        group by image.area_id, image.due_day, image.kind
    ),

    by_event as (
        select
            image.area_id,
            event_day.day,
            image.kind,
            coalesce(sum(image.sign) filter (where event_day.event = 'reopened'), 0) as reopened,
            coalesce(sum(image.sign) filter (where event_day.event = 'withdrawn'), 0) as withdrawn,
            coalesce(sum(image.sign) filter (where event_day.event = 'escalated'), 0) as escalated
        from pg_temp.door_image as image
        cross join lateral (
            select 'reopened' as event, unnest(image.reopened_days) as day
            union all
            select 'withdrawn' as event, unnest(image.withdrawn_days) as day
            union all
            select 'escalated' as event, unnest(image.escalated_days) as day
        ) as event_day
        where image.reopened_days is not null or image.withdrawn_days is not null
            or image.escalated_days is not null
        group by image.area_id, event_day.day, image.kind
    ),

    touched as (
        select by_report.area_id, by_report.day, by_report.kind from by_report
        union
        select by_resolution.area_id, by_resolution.day, by_resolution.kind from by_resolution
        union
        select by_deadline.area_id, by_deadline.day, by_deadline.kind from by_deadline
        union
        select by_event.area_id, by_event.day, by_event.kind from by_event
    )

    select
        p_subdistrict_id, touched.area_id, touched.day, touched.kind,
        coalesce(by_report.reported, 0), coalesce(by_report.reported_red, 0),
        coalesce(by_report.reported_orange, 0), coalesce(by_report.reported_yellow, 0),
        coalesce(by_report.reported_blue, 0), coalesce(by_report.same_day_counted, 0),
        coalesce(by_report.same_day_resolved, 0), coalesce(by_report.same_day_kept, 0),
        coalesce(by_report.on_the_spot, 0),
        coalesce(by_report.reported_by_hour, array_fill(0, array[24])),
        coalesce(by_resolution.resolved, 0), coalesce(by_resolution.handling_minutes, 0),
        coalesce(by_resolution.handling_histogram, array_fill(0, array[12])),
        coalesce(by_deadline.due, 0), coalesce(by_deadline.due_on_time, 0),
        coalesce(by_event.reopened, 0), coalesce(by_event.withdrawn, 0), coalesce(by_event.escalated, 0)
    from touched
    left join by_report
        on by_report.area_id = touched.area_id and by_report.day = touched.day and by_report.kind = touched.kind
    left join by_resolution
        on by_resolution.area_id = touched.area_id and by_resolution.day = touched.day
        and by_resolution.kind = touched.kind
    left join by_deadline
        on by_deadline.area_id = touched.area_id and by_deadline.day = touched.day
        and by_deadline.kind = touched.kind
    left join by_event
        on by_event.area_id = touched.area_id and by_event.day = touched.day and by_event.kind = touched.kind;

    -- the area itself, and every area above it up to the subdistrict
    insert into pg_temp.door_sum (
        subdistrict_id, area_id, day, kind, reported, reported_red, reported_orange, reported_yellow, reported_blue,
        same_day_counted, same_day_resolved, same_day_kept, on_the_spot, reported_by_hour, resolved,
        handling_minutes, handling_histogram, due, due_on_time, reopened, withdrawn, escalated
    )
    select
        p_subdistrict_id, above.ancestor_id, door_cell.day, door_cell.kind,
        sum(door_cell.reported), sum(door_cell.reported_red), sum(door_cell.reported_orange),
        sum(door_cell.reported_yellow), sum(door_cell.reported_blue), sum(door_cell.same_day_counted),
        sum(door_cell.same_day_resolved), sum(door_cell.same_day_kept), sum(door_cell.on_the_spot),
        array[
                sum(door_cell.reported_by_hour[1]), sum(door_cell.reported_by_hour[2]), sum(door_cell.reported_by_hour[3]),
                sum(door_cell.reported_by_hour[4]), sum(door_cell.reported_by_hour[5]), sum(door_cell.reported_by_hour[6]),
                sum(door_cell.reported_by_hour[7]), sum(door_cell.reported_by_hour[8]), sum(door_cell.reported_by_hour[9]),
                sum(door_cell.reported_by_hour[10]), sum(door_cell.reported_by_hour[11]), sum(door_cell.reported_by_hour[12]),
                sum(door_cell.reported_by_hour[13]), sum(door_cell.reported_by_hour[14]), sum(door_cell.reported_by_hour[15]),
                sum(door_cell.reported_by_hour[16]), sum(door_cell.reported_by_hour[17]), sum(door_cell.reported_by_hour[18]),
                sum(door_cell.reported_by_hour[19]), sum(door_cell.reported_by_hour[20]), sum(door_cell.reported_by_hour[21]),
                sum(door_cell.reported_by_hour[22]), sum(door_cell.reported_by_hour[23]), sum(door_cell.reported_by_hour[24])
        ],
        sum(door_cell.resolved), sum(door_cell.handling_minutes),
        array[
                sum(door_cell.handling_histogram[1]), sum(door_cell.handling_histogram[2]), sum(door_cell.handling_histogram[3]),
                sum(door_cell.handling_histogram[4]), sum(door_cell.handling_histogram[5]), sum(door_cell.handling_histogram[6]),
                sum(door_cell.handling_histogram[7]), sum(door_cell.handling_histogram[8]), sum(door_cell.handling_histogram[9]),
                sum(door_cell.handling_histogram[10]), sum(door_cell.handling_histogram[11]), sum(door_cell.handling_histogram[12])
        ],
        sum(door_cell.due), sum(door_cell.due_on_time), sum(door_cell.reopened), sum(door_cell.withdrawn),
        sum(door_cell.escalated)
    from pg_temp.door_cell
    inner join app.area_closure as above on above.descendant_id = door_cell.area_id
    inner join app.areas as ancestor
        on ancestor.area_id = above.ancestor_id and ancestor.subdistrict_id = p_subdistrict_id
    group by above.ancestor_id, door_cell.day, door_cell.kind;
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
    checkpoint app.checkpoints;
    candidates bigint[];
    candidates_from timestamptz;
begin
    for checkpoint in
        select * from app.checkpoints
        where checkpoints.subdistrict_id = p_subdistrict_id and checkpoints.month_start >= p_from
        order by checkpoints.month_start
    loop
        delete from app.case_checkpoint
        using pg_temp.door_image as touched
        where case_checkpoint.subdistrict_id = p_subdistrict_id
            and case_checkpoint.month_start = checkpoint.month_start
            and case_checkpoint.case_id = touched.case_id;
        select array_agg(touched.case_id), min(touched.first_occurred_at)
        into candidates, candidates_from
        from pg_temp.door_image as touched
        where touched.sign = 1 and touched.first_occurred_at <= checkpoint.month_start
            and (touched.state = 'open' or touched.last_recorded_at > checkpoint.month_start);
        continue when candidates is null;
        insert into app.case_checkpoint
        select
            folded.subdistrict_id, checkpoint.month_start, folded.case_id, folded.area_id, folded.kind,
            folded.type_id, folded.risk, folded.level, folded.department_id, folded.reported_at,
            folded.first_due_at, folded.due_at, folded.reopened_count, folded.escalations_pending,
            folded.first_occurred_at
        from app.fold_cases(p_subdistrict_id, candidates, candidates_from, checkpoint.month_start) as folded
        where folded.state = 'open';
    end loop;
end
$$;
