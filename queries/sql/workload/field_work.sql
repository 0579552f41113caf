-- One row per activity and key of the grouping: how often it was done on the period's days up to today, and with how
-- many people. A count handed in by the grids for a day; when it was recorded is not kept.
with units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
)

select
    app.group_key(:by, field_work.day, units.unit_id, null, null, null, null) as key,
    field_work.activity,
    coalesce(labels.name_zh, field_work.activity) as activity_zh,
    coalesce(labels.name_en, field_work.activity) as activity_en,
    sum(field_work.times) as times,
    sum(field_work.people) as people
from app.field_work
inner join units on field_work.area_id = units.area_id
left join app.labels on labels.topic = 'line_of_field_work' and field_work.activity = labels.code
where field_work.subdistrict_id = :subdistrict_id
    and field_work.day between :period_from and least(:period_to, :today)
group by key, field_work.activity, labels.name_zh, labels.name_en, labels.position
having sum(field_work.times) > 0 or sum(field_work.people) > 0
order by key, labels.position, field_work.activity
