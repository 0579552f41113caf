-- The two-weekly assessment's other half. Marks of a sheet: who gave them, what was said of them; a later one for the
-- same days stands instead of an earlier one, and both are kept.
alter table app.assessment_marks
add column remark text not null default '', -- masked
add column given_by text not null default '';
-- not valid: what an older store holds is not looked at
alter table app.assessment_marks add constraint assessment_marks_sound check (
    full_marks > 0 and marks between 0 and full_marks and period_end >= period_start
) not valid;
create index assessment_marks_recorded_idx on app.assessment_marks (subdistrict_id, recorded_at);

-- What a unit says against its figures 申诉: that a case is not its own, or that a mark is wrong.
create table app.objections (
    objection_id bigint generated always as identity primary key,
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    area_id integer not null references app.areas (area_id), -- the unit
    period_from date not null,
    period_to date not null,
    case_id bigint, -- null: to the mark
    asks text not null check (asks in ('leave_out', 'attribute_to', 'review_mark')),
    to_area_id integer references app.areas (area_id), -- whose the case is, by the unit's word
    reason text not null check (
        reason in ('other_area', 'other_duty', 'twice', 'beyond_power', 'wrong_record', 'other')
    ),
    words text not null default '', -- masked
    objected_at timestamptz not null,
    objected_by text not null check (objected_by <> ''),
    check (period_to >= period_from),
    check ((asks = 'review_mark') = (case_id is null)),
    check ((asks = 'attribute_to') = (to_area_id is not null)),
    unique nulls not distinct (subdistrict_id, area_id, period_from, period_to, case_id)
);
create index objections_period_idx on app.objections (subdistrict_id, period_to, period_from);
create index objections_recorded_idx on app.objections (subdistrict_id, objected_at);

-- What became of it; of several the newest holds.
create table app.objection_decisions (
    decision_id bigint generated always as identity primary key,
    objection_id bigint not null references app.objections (objection_id),
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    is_upheld boolean not null,
    words text not null default '', -- masked
    decided_at timestamptz not null,
    decided_by text not null check (decided_by <> '')
);
create index objection_decisions_idx on app.objection_decisions (objection_id, decided_at);
create index objection_decisions_recorded_idx on app.objection_decisions (subdistrict_id, decided_at);

-- Nothing of these is changed or taken back; their texts alone may lose words, when a person is erased.
create function app.keep_said() returns trigger
language plpgsql
as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(old) - array['words', 'remark'] = to_jsonb(new) - array['words', 'remark'] then
        return new;
    end if;
    raise exception 'what was said in app.% stays: say it again, and the later one counts', tg_table_name;
end
$$;

create trigger assessment_marks_stay before update or delete on app.assessment_marks
for each row execute function app.keep_said();
create trigger objections_stay before update or delete on app.objections
for each row execute function app.keep_said();
create trigger objection_decisions_stay before update or delete on app.objection_decisions
for each row execute function app.keep_said();

-- a case that counts for another unit is known by its number: the index speaks of it too
create index cases_due_numbered_idx on app.cases (subdistrict_id, first_due_at) include (
    area_id, type_id, last_recorded_at, reported_hour, kind, risk, channel, source, state, due_day, first_resolved_at,
    due_at, closed_at, case_id
)
where first_due_at is not null;
drop index app.cases_due_idx;
alter index app.cases_due_numbered_idx rename to cases_due_idx;
