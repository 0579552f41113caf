-- A meeting's figures as they were frozen for it (queries/review): what was said then is said for ever. The document is
-- text, not jsonb, which would give back another text than the one its checksum is of. It holds no words of cases.
drop function if exists app.freeze_review(integer, date, date, timestamptz, text, jsonb, text);
drop table app.review_freezes; -- of the first version, which nothing ever wrote to
create table app.review_freezes (
    freeze_id bigint generated always as identity primary key,
    subdistrict_id integer not null references app.subdistricts (subdistrict_id),
    period_from date not null,
    period_to date not null,
    as_of timestamptz not null, -- the figures are as known then
    definitions text not null, -- their version
    document text not null,
    checksum text not null,
    frozen_at timestamptz not null default clock_timestamp(),
    frozen_by text not null default '',
    unique (subdistrict_id, period_from, period_to, as_of),
    check (period_to >= period_from),
    check (as_of <= frozen_at),
    check (checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
    -- what the columns say is what the document says
    check (
        cast(document as jsonb) #>> '{period,first}' = to_char(period_from, 'YYYY-MM-DD')
        and cast(document as jsonb) #>> '{period,last}' = to_char(period_to, 'YYYY-MM-DD')
        and cast(document as jsonb) ->> 'definitions' = definitions
    )
);

create function app.keep_frozen() returns trigger
language plpgsql
as $$
begin
    raise exception 'review % is frozen: it is neither changed nor taken back', old.freeze_id
        using hint = 'freeze the period again as of a later moment';
end
$$;

create trigger review_freezes_stay before update or delete on app.review_freezes
for each row execute function app.keep_frozen();
