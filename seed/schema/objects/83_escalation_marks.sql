-- What a person may note on a hand-up that waits for its answer: that it is asked for 督办, that it was seen 知悉.

-- Marks a hand-up, if it still waits and the person has seen all marks of it there are: done. Someone was quicker, or
-- it is a second tap (within ten minutes of the last one): already, and nothing changes. It was answered or its case
-- closed since: closed.
create or replace function app.mark_escalation(
    p_subdistrict_id integer, p_case_id bigint, p_escalation_no integer, p_mark text, p_by text, p_seen integer
) returns text
language plpgsql
set search_path = app, pg_temp
as $$
declare
    moment timestamptz;
    standing app.escalations;
    marks integer;
begin
    if coalesce(trim(p_by), '') = '' then
        raise exception 'a mark needs a name';
    end if;
    moment := app.take_turn(p_subdistrict_id);
    select * into standing from app.escalations
    where escalations.subdistrict_id = p_subdistrict_id
        and escalations.case_id = p_case_id
        and escalations.escalation_no = p_escalation_no;
    if standing.case_id is null then
        raise exception 'subdistrict % has no hand-up % of a case %', p_subdistrict_id, p_escalation_no, p_case_id;
    end if;
    if standing.state <> 'pending' then
        return 'closed';
    end if;
    marks := case p_mark
        when 'supervised' then standing.supervised_count
        else cast(standing.acknowledged_at is not null as integer)
    end;
    if marks > p_seen or exists (
        select 1
        from app.escalation_marks as newest
        where newest.subdistrict_id = p_subdistrict_id
            and newest.case_id = p_case_id
            and newest.escalation_no = p_escalation_no
            and newest.mark = p_mark
            and newest.marked_at > moment - interval '10 minutes'
    ) then
        return 'already';
    end if;
    perform app.note_in_log(p_subdistrict_id, p_case_id, p_mark, p_escalation_no, moment, p_by);
    insert into app.escalation_marks (subdistrict_id, case_id, escalation_no, mark, marked_at, marked_by)
    values (p_subdistrict_id, p_case_id, p_escalation_no, p_mark, moment, p_by);
    return 'done';
end
$$;

-- A leader asks for the answer to a hand-up. p_seen: how many times it had been asked for as far as he saw.
create or replace function app.supervise(
    p_subdistrict_id integer, p_case_id bigint, p_escalation_no integer, p_by text, p_seen integer
) returns text
language sql security definer
set search_path = app, pg_temp
as $$
    select app.mark_escalation(p_subdistrict_id, p_case_id, p_escalation_no, 'supervised', p_by, p_seen)
$$;

-- Someone has seen a hand-up; once is enough, whoever it was.
create or replace function app.acknowledge_escalation(
    p_subdistrict_id integer, p_case_id bigint, p_escalation_no integer, p_by text
) returns text
language sql security definer
set search_path = app, pg_temp
as $$
    select app.mark_escalation(p_subdistrict_id, p_case_id, p_escalation_no, 'acknowledged', p_by, 0)
$$;

-- The same from a paired device, in its own subdistrict and by its officer; null without a valid pairing.
create or replace function app.supervise_paired(
    p_token text, p_case_id bigint, p_escalation_no integer, p_seen integer
) returns text
language sql security definer
set search_path = app, pg_temp
as $$
    select app.supervise(device.subdistrict_id, p_case_id, p_escalation_no, device.officer, p_seen)
    from app.paired(p_token) as device
$$;

create or replace function app.acknowledge_escalation_paired(
    p_token text, p_case_id bigint, p_escalation_no integer
) returns text
language sql security definer
set search_path = app, pg_temp
as $$
    select app.acknowledge_escalation(device.subdistrict_id, p_case_id, p_escalation_no, device.officer)
    from app.paired(p_token) as device
$$;
