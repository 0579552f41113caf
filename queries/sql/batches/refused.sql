-- One row per source and reason for which rows were refused in the seven days before then, most rows first. Reasons
-- alone: what stood in the rows is read with python -m seed rejects, by the owner.
select
    import_batches.source,
    sources.name_zh,
    sources.name_en,
    import_rejects.reason,
    import_rejects.column_name,
    count(*) as refused_rows,
    max(import_batches.recorded_at) as last_at
from app.import_batches
inner join app.import_rejects on import_batches.batch_id = import_rejects.batch_id
left join app.sources
    on import_batches.subdistrict_id = sources.subdistrict_id and import_batches.source = sources.source
where import_batches.subdistrict_id = :subdistrict_id
    and import_batches.recorded_at <= :as_of
    and import_batches.recorded_at > :as_of - interval '7 days'
group by
    import_batches.source, sources.name_zh, sources.name_en, import_rejects.reason,
    import_rejects.column_name
order by refused_rows desc, import_batches.source asc, import_rejects.reason asc
limit 12
