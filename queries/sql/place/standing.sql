-- One row per area of a level (without one, the area asked about) that held on all days from the first to the last:
-- what can be compared with itself over that time. An area drawn or redrawn in between is not among them.
select areas.area_id
from app.areas
where areas.valid_from <= :first_day and areas.valid_to > :last_day
    and case
        when cast(:unit_level as text) is null then areas.area_id = coalesce(:area_id, :subdistrict_id)
        else areas.subdistrict_id = :subdistrict_id and areas.level = :unit_level
    end
order by areas.area_id
