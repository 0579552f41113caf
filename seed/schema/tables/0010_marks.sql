-- Who has asked for an answer 督办 or has seen a hand-up 知悉 at a screen, and when. The log holds that it was done; the
-- names of those who did it stand here alone.
create table app.escalation_marks (
    mark_id bigint generated always as identity primary key,
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    case_id bigint not null,
    escalation_no smallint not null,
    mark text not null check (mark in ('supervised', 'acknowledged')),
    marked_at timestamptz not null, -- of its row in the log
    marked_by text not null check (marked_by <> '')
);
create unique index escalation_marks_newest_idx
on app.escalation_marks (subdistrict_id, case_id, escalation_no, mark, marked_at);

-- When what follows from the log was recomputed and compared with what stands (python -m seed verify), and what came of
-- it. One row for each time; a page says how long ago that was.
create table app.verifications (
    verification_id bigint generated always as identity primary key,
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    verified_at timestamptz not null,
    differences bigint not null
);
create index verifications_newest_idx on app.verifications (subdistrict_id, verified_at desc);
