-- One row per area and matter with a repeated case in the period, most first: how many were reported in it that are at
-- least the third of their matter in their area within 30 days (withdrawn ones and those handed over left out) lying
-- within 50 m of each other or coming from the same party, and how many of them are open. The area's own label point is
-- a default, no location. Of cases of sources that give no closing times nobody knows whether they are open.
with reported as materialized (
    select
        cases.case_id,
        cases.area_id,
        cases.type_id,
        cases.reported_at,
        cases.party_key,
        cases.lon,
        cases.lat,
        cases.state = 'open' and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
            as is_open,
        cases.lon is not null and cases.lat is not null
        and not coalesce(cases.lon = areas.lon and cases.lat = areas.lat, false) as is_located
    from app.cases_reported(:subdistrict_id, :as_of, :earlier_start, :period_end) as cases
    inner join app.areas on cases.area_id = areas.area_id
    where cases.state in ('open', 'resolved')
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and (cast(:area_id as integer) is null or cases.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
),

counted as (
    select
        newer.area_id,
        newer.type_id,
        newer.case_id,
        newer.is_open
    from reported as newer
    inner join reported as earlier
        on newer.area_id = earlier.area_id
            and newer.type_id = earlier.type_id
            and newer.case_id <> earlier.case_id
            and newer.reported_at >= earlier.reported_at
            and newer.reported_at <= earlier.reported_at + interval '720 hours'
            and (
                newer.party_key = earlier.party_key
                -- 111 320 m to a degree of latitude
                or newer.is_located and earlier.is_located
                and power(111320 * (earlier.lat - newer.lat), 2)
                + power(111320 * cos(radians(newer.lat)) * (earlier.lon - newer.lon), 2) <= 2500
            )
    where newer.reported_at >= :period_start
    group by newer.area_id, newer.type_id, newer.case_id, newer.is_open
    having count(*) >= 2
)

select
    counted.area_id,
    counted.type_id,
    count(*) as n,
    count(*) filter (where counted.is_open) as open
from counted
group by counted.area_id, counted.type_id
order by n desc, open desc, counted.area_id asc, counted.type_id asc
