-- One row per source and trap that the file loaded last held: how many cases or cells it befell, most first. Of that
-- file alone; what was noticed in earlier ones is not kept.
select
    sources.source,
    sources.name_zh,
    sources.name_en,
    settings.value ->> 'file' as file_name,
    noticed.code,
    cast(noticed.counted as bigint) as counted
from app.sources
inner join app.settings on settings.key = 'import/' || sources.source
cross join lateral jsonb_each_text(settings.value -> 'findings') as noticed (code, counted)
where sources.subdistrict_id = :subdistrict_id
order by sources.source asc, counted desc, noticed.code asc
limit 40
