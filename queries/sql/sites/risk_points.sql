-- One row per risk point open on the local day of as_of; enterprises rated as a whole are left out.
select
    risk_points.code,
    risk_points.area_id,
    risk_points.lon,
    risk_points.lat,
    risk_points.risk,
    risk_points.name_zh,
    risk_points.name_en
from app.risk_points
where risk_points.subdistrict_id = :subdistrict_id
    and risk_points.site_kind = 'point'
    and risk_points.opened_on <= :today and risk_points.closed_on > :today
    and (cast(:area_id as integer) is null or risk_points.area_id in (
        select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
    ))
order by risk_points.code
