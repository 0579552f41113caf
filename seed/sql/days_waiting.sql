-- One row per subdistrict with days that are over and not packed.
select distinct packed_days.subdistrict_id
from app.packed_days
inner join app.subdistricts on packed_days.subdistrict_id = subdistricts.subdistrict_id
where packed_days.last_recorded_at is null and packed_days.ends_at <= subdistricts.last_recorded_at
order by packed_days.subdistrict_id
