-- Who may do what. Owner: everything. Reader: looks, but not at personal data or refused rows. Writer: hands rows in
-- at the door. Operator: reads, and calls the named commands. Nobody but the owner writes behind the door.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['grid_reader', 'grid_writer', 'grid_operator'] loop
        if not exists (select 1 from pg_catalog.pg_roles where pg_roles.rolname = role_name) then
            execute format('create role %I login', role_name);
        end if;
        execute format('alter role %I set timezone = %L', role_name, 'UTC');
    end loop;
    execute format('grant grid_reader, grid_writer, grid_operator to %I', current_user);
exception
    when duplicate_object or unique_violation then null; -- another database of this server was quicker
    when insufficient_privilege then
        raise exception 'this owner may not create the roles grid_reader, grid_writer and grid_operator'
            using hint = 'give it CREATEROLE, or let an administrator create the three roles and grant them to it';
end
$$;
alter role grid_reader set statement_timeout = '15s';
alter role grid_operator set statement_timeout = '15s';
alter role grid_writer set statement_timeout = '10min';

revoke all on schema app, personal from public;
revoke all on all tables in schema app from public, grid_reader, grid_writer, grid_operator;
revoke all on all functions in schema app from public, grid_reader, grid_writer, grid_operator;
grant usage on schema app to grid_reader, grid_writer, grid_operator;

grant select on all tables in schema app to grid_reader, grid_operator; -- of refused rows the masked view alone
revoke select on app.inbox, app.inbox_parked, app.import_rejects, app.wall_tokens from grid_reader, grid_operator;
revoke select on app.pairings from grid_reader, grid_operator; -- their tokens' hashes are nobody's business
grant select (pairing_id, subdistrict_id, officer, created_at, expires_at, revoked_at, last_seen_at)
on app.pairings to grid_operator;
alter default privileges in schema app grant select on tables to grid_reader, grid_operator;

grant execute on function
app.setting_text(text), app.time_zone(), app.midnight(date, text), app.midnights(date, date, text),
app.stage_order(text), app.time_or_null(text),
app.add_bins(integer[], integer[]), app.keep_first(anyelement, anyelement), app.first_known(anyelement),
app.days_of(text, text[], timestamptz[], text), app.packed_moment(timestamptz),
app.packed_stages(
    timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz
),
app.packed_spells(timestamptz, text[], timestamptz[]),
app.effective_rows(integer, bigint[], timestamptz, timestamptz),
app.fold_cases(integer, bigint[], timestamptz, timestamptz),
app.fold_escalations(integer, bigint[], timestamptz, timestamptz),
app.cases_folded(integer, bigint[], timestamptz, timestamptz),
app.cases_folded_briefly(integer, bigint[], timestamptz, timestamptz), app.time_corrections_since(integer, timestamptz),
app.changed_since(integer, timestamptz), app.cases_at(integer, timestamptz), app.cases_folded_at(integer, timestamptz),
app.escalations_at(integer, timestamptz), app.escalations_folded_at(integer, timestamptz),
app.is_present(integer, timestamptz), app.noted_at(integer), app.complete_through(integer, timestamptz),
app.subdistricts_of(integer, timestamptz), app.city_cases_at(integer, timestamptz),
app.city_cases_folded_at(integer, timestamptz),
app.packed_words(integer), app.packed_label_points(integer), app.packed_areas(integer, integer, text),
app.packed_unit_kinds(integer, text),
app.packed_signs(
    boolean, boolean, boolean, boolean, timestamptz, timestamptz, text, timestamptz, smallint, date[], timestamptz,
    timestamptz, timestamptz, timestamptz, text, text, bytea, text
),
app.is_opened_within(bytea, timestamptz, timestamptz),
app.is_returned(timestamptz, date[], timestamptz, bytea, date, text),
app.packed_traits(text[], text, text, text, text, text, smallint, integer),
app.packed_days_at(integer, timestamptz, timestamptz, timestamptz, text[], boolean),
app.packed_since(integer, timestamptz, timestamptz, timestamptz),
app.packed_before(integer, timestamptz, timestamptz, text[]),
app.units_of(integer, integer, text), app.residents_below(integer, date),
app.batches_at(integer, timestamptz), app.packed_units(integer, text, date),
app.cases_before(integer, timestamptz, timestamptz),
app.cases_of(integer, bigint[], timestamptz, timestamptz),
app.acknowledged(integer, bigint[], timestamptz, timestamptz),
app.group_key(text, date, integer, text, integer, text, text),
app.part_number(text, date, integer, integer, smallint), app.part_word(text, text, text, text),
app.part_key(text, integer, text),
app.untimed_sources(integer), app.key_end(text, date, date),
app.cases_reported(integer, timestamptz, timestamptz, timestamptz),
app.changes_at(integer, timestamptz, timestamptz, timestamptz),
app.attributions_at(integer, date, date, timestamptz), app.is_frozen(integer, date, date),
-- what the masked view of refused rows calls in the name of who looks at it
app.mask_text(text), app.mark_personal(text), app.mark_long_numbers(text), app.masking_part(text),
app.is_identity_number(text), app.is_card_number(text), app.masked_row(jsonb),
app.masked_cells(text[], text[], text[])
to grid_reader, grid_operator;

grant insert on app.inbox to grid_writer;
grant select on
app.areas, app.area_aliases, app.area_closure, app.case_types, app.case_type_deadlines, app.departments,
app.sources, app.source_heartbeats, app.completeness_marks, app.subdistricts, app.labels, app.settings, app.calendar,
app.import_batches, app.cases, app.escalations
to grid_writer;
grant execute on function
app.open_batch(integer, text, text, text, text, text), app.seal(bigint), app.read_ahead(bigint), app.absorb(bigint),
app.compare_export(bigint, integer, boolean), app.revoke(bigint), app.prepare_months(date, date),
app.heartbeat(integer, text, timestamptz), app.setting_text(text), app.time_zone()
to grid_writer;
grant execute on function
app.acknowledge(integer, bigint, text, text), app.hand_over(integer, text, text, text, text),
app.set_mode_by_rule(integer, text, text, text, timestamptz), app.make_pairing(integer, text, double precision),
app.revoke_pairing(bigint), app.paired(text), app.acknowledge_paired(text, bigint, text),
app.hand_over_paired(text, text, text, text),
app.supervise(integer, bigint, integer, text, integer), app.acknowledge_escalation(integer, bigint, integer, text),
app.supervise_paired(text, bigint, integer, integer), app.acknowledge_escalation_paired(text, bigint, integer),
app.freeze_review(integer, text, text), app.freeze_review_paired(text, text),
app.give_marks(integer, date, date, jsonb, text),
app.object_to(integer, integer, date, date, bigint, text, integer, text, text, text),
app.decide_objection(integer, bigint, boolean, text, text),
app.claim_mail(text, text), app.mail_state(text, text), app.settle_mail(text, text, boolean),
app.note_delivery(bigint, text, integer, boolean, text, text),
app.make_wall_token(integer, text, integer), app.set_mode(integer, text, text, text, boolean),
app.pack_days(integer, integer)
to grid_operator;
-- walls: their list without the hashes; refused rows without what stood in them
grant select (subdistrict_id, wall_id, label, created_at, expires_at, revoked_at, last_seen_at)
on app.wall_tokens to grid_reader, grid_operator;
grant select (batch_id, row_no, reason, column_name, file_row, file_column, tried_batch_id, got_in)
on app.import_rejects to grid_reader, grid_operator;
grant execute on function
app.revoke_wall_token(integer, integer), app.admitted_walls(integer),
app.walls_seen(integer, integer[], timestamptz[])
to grid_operator;
