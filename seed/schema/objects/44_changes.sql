-- What people change about a case while it runs: taken back, handed on, put into another drawer, given more time.
-- Read by the findings on honest numbers, which ask whether such changes crowd before a cut-off.

-- One row per change told between p_start and p_end (outside) and known at p_as_of. area_id and due_at: as they stood
-- before the change. Moments are those first handed in: mending a moment later does not move the act.
-- Planned once in a session: planning for all months of the log takes a third of the time.
create or replace function app.changes_at(
    p_subdistrict_id integer, p_start timestamptz, p_end timestamptz, p_as_of timestamptz
)
returns table (case_id bigint, change text, changed_at timestamptz, area_id integer, due_at timestamptz)
language plpgsql stable rows 100 set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    with touched as materialized (
        select distinct case_log.case_id
        from app.case_log
        where case_log.subdistrict_id = p_subdistrict_id
            and case_log.occurred_at >= p_start and case_log.occurred_at < p_end
            and case_log.occurred_at <= p_as_of and case_log.recorded_at <= p_as_of
            and case_log.event in ('withdrawn', 'deadline_changed', 'reassigned', 'corrected')
            and (case_log.event <> 'corrected' or case_log.field in ('area_code', 'type_code', 'kind', 'risk'))
    ),

    -- prunes the months before the oldest of these cases
    bounds as materialized (
        select min(cases.first_occurred_at) as earliest
        from touched
        inner join app.cases on cases.subdistrict_id = p_subdistrict_id and touched.case_id = cases.case_id
    ),

    known as materialized (
        select case_log.*
        from touched
        inner join app.case_log on touched.case_id = case_log.case_id
        where case_log.subdistrict_id = p_subdistrict_id
            and case_log.occurred_at >= (select bounds.earliest from bounds)
            and case_log.occurred_at <= p_as_of and case_log.recorded_at <= p_as_of
            and case_log.event in ('reported', 'withdrawn', 'deadline_changed', 'reassigned', 'corrected')
    ),

    told as (
        select
            known.*,
            app.first_known(known.area_id) over earlier as area_before,
            app.first_known(known.type_id) over earlier as type_before,
            app.first_known(known.kind) over earlier as kind_before,
            app.first_known(known.risk) over earlier as risk_before,
            app.first_known(known.due_at) over earlier as due_before
        from known
        where known.log_id <> all(array(
            select voiding.ref_log_id from known as voiding
            where voiding.event = 'corrected' and voiding.field = 'void' and voiding.ref_log_id is not null
        ))
        window earlier as (
            partition by known.case_id order by known.occurred_at desc, known.log_id desc
            rows between 1 following and unbounded following
        )
    )

    select told.case_id, made.change, told.occurred_at as changed_at, told.area_before as area_id,
        told.due_before as due_at
    from told
    cross join lateral (
        values
        ('withdrawn', told.event = 'withdrawn'),
        ('extended', told.event = 'deadline_changed' and told.due_at > told.due_before),
        (
            'reassigned',
            told.event in ('reassigned', 'corrected')
            and (told.area_id <> told.area_before or told.linked_subdistrict_id is not null)
        ),
        (
            'downgraded',
            array_position(array['red', 'orange', 'yellow', 'blue'], told.risk)
            > array_position(array['red', 'orange', 'yellow', 'blue'], told.risk_before)
        ),
        ('retyped', told.type_id <> told.type_before or told.kind <> told.kind_before)
    ) as made (change, is_made)
    where told.occurred_at >= p_start and told.occurred_at < p_end and told.event <> 'reported' and made.is_made;
end
$$;
