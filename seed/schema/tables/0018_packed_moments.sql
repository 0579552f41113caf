-- The moments of a case in one column each, packed, so that questions that read them of a year's cases are handed bytes
-- instead of working a dozen times on each (docs/decisions/0041).
alter table app.cases
add column stage_times bytea, -- the moments of its stages: app.packed_stages
add column open_spells bytea; -- when it was open, where reported_at to closed_at does not tell: app.packed_spells

-- what stands already. app.packed_moment and its kin are made after the migrations, so these are their like for once.
create function pg_temp.packed(p_moment timestamptz) returns bytea
language sql stable
as $$
    select case
        when p_moment is null then '\x80000000'
        else int4send(cast(floor(date_part('epoch', p_moment) - 946684800) as integer))
    end
$$;
update app.cases
set
    stage_times
    = pg_temp.packed(cases.discovered_at) || pg_temp.packed(cases.reported_at)
    || pg_temp.packed(cases.dispatched_at) || pg_temp.packed(cases.first_resolved_at)
    || pg_temp.packed(cases.resolved_at) || pg_temp.packed(cases.fed_back_at) || pg_temp.packed(cases.evaluated_at)
    || pg_temp.packed(case when cases.state in ('withdrawn', 'transferred') then cases.closed_at end);
do $$
declare
    subdistrict record;
begin
    -- a store with cases has the function that read their log until now; a new one has neither
    for subdistrict in
        select cases.subdistrict_id, array_agg(cases.case_id) as case_ids
        from app.cases
        where cases.reopened_count > 0 or (
            cases.state <> 'open' and (
                coalesce(cases.first_resolved_at < cases.closed_at, false)
                or cardinality(coalesce(cases.withdrawn_days, '{}')) > cast(cases.state = 'withdrawn' as integer)
                or cases.linked_subdistrict_id is not null
            )
        )
        group by cases.subdistrict_id
    loop
        update app.cases
        set open_spells = told.spells
        from (
            select
                spells.case_id,
                string_agg(
                    pg_temp.packed(standing.reported_at) || pg_temp.packed(spells.from_at)
                    || pg_temp.packed(spells.until_at), '' order by spells.from_at
                ) as spells
            from app.open_spells(subdistrict.subdistrict_id, subdistrict.case_ids, '-infinity', 'infinity') as spells
            inner join app.cases as standing
                on standing.subdistrict_id = subdistrict.subdistrict_id and standing.case_id = spells.case_id
            group by spells.case_id
        ) as told
        where cases.subdistrict_id = subdistrict.subdistrict_id and cases.case_id = told.case_id;
    end loop;
end
$$;
alter table app.cases alter column stage_times set not null;

-- An index that is read alone takes all its columns apart, asked for or not: what reads the packed moments has one of
-- its own, and the one of all other figures is without what nobody counts any more.
create index cases_moments_idx on app.cases (subdistrict_id, reported_at) include (
    last_recorded_at, reported_day, area_id, type_id, is_same_day_counted, is_same_day_resolved, kind, risk, channel,
    source, stage_times, open_spells
);
drop index app.cases_reported_idx;
create index cases_reported_idx on app.cases (subdistrict_id, reported_at) include (
    reported_day, area_id, type_id, last_recorded_at, first_occurred_at, case_id, is_same_day_counted,
    is_same_day_resolved, is_same_day_kept, is_on_the_spot, reported_hour, reopened_count, kind, risk, channel, source,
    state, level, resolved_level, first_resolved_at, closed_at, dispatched_at, first_due_at, reopened_days
);

drop function if exists app.open_spells(integer, bigint[], timestamptz, timestamptz);
drop function if exists app.is_closed_again(text, timestamptz, timestamptz, date[], integer);
drop function if exists app.time_to_event(timestamptz, timestamptz, timestamptz);
drop function if exists app.cases_alive(integer, timestamptz, timestamptz, timestamptz);

-- the few that were reopened, for who asks what was reopened when: by when they were last recorded
create index cases_reopened_idx on app.cases (subdistrict_id, last_recorded_at) where reopened_count > 0;
