-- One row per subdistrict of the store, the first one first: its code and the time zone of its local days.
select
    subdistricts.subdistrict_id,
    areas.code,
    app.time_zone() as time_zone
from app.subdistricts
inner join app.areas on subdistricts.subdistrict_id = areas.area_id
order by subdistricts.subdistrict_id
