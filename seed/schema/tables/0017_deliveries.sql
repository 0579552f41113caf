-- Files of a frozen review put into a folder or sent by mail: each attempt, and what came of it. No addresses.
create table app.deliveries (
    delivery_id bigint generated always as identity primary key,
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    freeze_id bigint not null references app.review_freezes (freeze_id),
    period_from date not null,
    period_to date not null,
    checksum text not null, -- of the document
    way text not null check (way in ('folder', 'mail')),
    recipients integer not null check (recipients >= 0), -- who has it by this attempt
    attempt integer not null check (attempt > 0),
    is_done boolean not null, -- nothing is left to be done
    reason text not null check (reason in ('', 'files', 'server', 'refused', 'unknown')), -- what stands in the way
    outcome text not null, -- one sentence
    delivered_at timestamptz not null default clock_timestamp(),
    unique (freeze_id, way, attempt)
);
create index deliveries_newest_idx on app.deliveries (subdistrict_id, delivered_at);

-- Who has been sent a document: the hash of address and checksum, claimed before the mail is handed over, so that
-- nobody gets it twice whatever breaks in between.
create table personal.mailed (
    recipient_hash text primary key,
    claimed_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz -- null: nobody knows, or it is being sent
);
