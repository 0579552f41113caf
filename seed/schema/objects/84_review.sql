-- Reviews frozen from a paired device: by its officer, of its own subdistrict alone. No row without a valid pairing;
-- the number is null where the same period was frozen as of the same moment.
create or replace function app.freeze_review_paired(p_token text, p_document text) returns table (freeze_id bigint)
language sql security definer
set search_path = app, pg_temp
as $$
    select app.freeze_review(device.subdistrict_id, p_document, device.officer)
    from app.paired(p_token) as device
    inner join app.areas on areas.area_id = device.subdistrict_id
        and areas.code = cast(p_document as jsonb) ->> 'subdistrict'
$$;
