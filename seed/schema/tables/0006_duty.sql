-- The duty officer: whom a department is reached by, who has set the mode and may change it, one acknowledgement a
-- person and case, and the phones and laptops an officer works from.

alter table app.departments add column duty_phone text; -- of its duty desk, as it is dialled here; null: not known

-- is_by_rule: a rule has set it. is_held: a person has, and no rule changes it until a person hands it back. What was
-- set before held nothing: there was no rule.
alter table app.operating_mode add column is_by_rule boolean not null default false;
alter table app.operating_mode add column is_held boolean not null default false;
drop function if exists app.set_mode(integer, text, text, text);
drop function if exists app.hand_over(integer, text, text, text);

-- a second tap of the same person is no second acknowledgement; the first one stays
delete from app.acknowledgements
where
    acknowledgements.acknowledgement_id not in (
        select min(kept.acknowledgement_id)
        from app.acknowledgements as kept
        group by kept.subdistrict_id, kept.case_id, kept.acknowledged_by
    );
create unique index acknowledgements_once_idx
on app.acknowledgements (subdistrict_id, case_id, acknowledged_by);

alter table app.handovers add column recorded_by text not null default ''; -- whose paired device it came from
create index handovers_newest_idx on app.handovers (subdistrict_id, handed_at desc);

-- One row per device an officer has been given for a shift. The token is shown once; only its hash is kept.
create table app.pairings (
    pairing_id bigint generated always as identity primary key,
    token_hash text not null unique,
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    officer text not null check (officer <> ''),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_seen_at timestamptz
);
