-- Cases whose person has been erased: what is handed in again about them brings nothing of the person back. The key is
-- drawn by chance; all cases of one person share it, so that figures on repeat visits stay as they are.
create table personal.erased_cases (
    subdistrict_id integer not null,
    case_id bigint not null,
    party_key text, -- null: the case had none
    erased_at timestamptz not null,
    primary key (subdistrict_id, case_id)
);

-- That personal data was erased: when, by whom, why and how much. Never what it was.
create table app.erasures (
    erasure_id bigint generated always as identity primary key,
    erased_at timestamptz not null,
    erased_by text not null check (erased_by <> ''),
    occasion text not null check (occasion in ('party', 'case', 'retention')),
    cases integer not null, -- whose person was erased
    parties integer not null, -- rows of personal.parties
    refused_rows integer not null, -- rows of import_rejects and inbox_parked
    keys integer not null -- keys of persons replaced by ones that lead to nobody
);

drop function if exists app.erase_expired(date); -- it says now who calls it
