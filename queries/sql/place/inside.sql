-- One row per area that lies in the filter's area, itself included; of the whole subdistrict without one.
select units.area_id
from app.units_of(:subdistrict_id, :area_id, null) as units
order by units.area_id
