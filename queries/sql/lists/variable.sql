-- One row per open case likely to turn worse, with the parts it is in, next deadline first.
-- Repeated: at least the third case of one matter in one area within 30 days (itself included, withdrawn and handed
-- over ones left out) that lies within 50 m of it or comes from the same party. The area's own label point is a
-- default, no location. Cases of sources that give no closing times are not listed: nobody knows whether they are open.
with open_cases as (
    select
        cases.*,
        cases.due_at is not null and :as_of > cases.reported_at + 0.8 * (cases.due_at - cases.reported_at)
            as is_near_deadline,
        cases.reopened_count > 0 as is_reopened,
        cases.escalations_pending > 0 as is_unanswered,
        cases.lon is not null and cases.lat is not null
        and not coalesce(cases.lon = areas.lon and cases.lat = areas.lat, false) as is_located,
        areas.lon as default_lon,
        areas.lat as default_lat
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join app.areas on cases.area_id = areas.area_id
    where cases.state = 'open'
        and cases.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or cases.kind = any(cast(:kinds as text[])))
        and (cast(:area_id as integer) is null or cases.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
),

-- each open case looks up its own place and matter; what changed since as_of is folded once for all of them
flagged as (
    select open_cases.*, earlier.times >= 2 as is_repeated
    from open_cases
    cross join lateral (
        select count(*) as times
        from app.cases_at(:subdistrict_id, :as_of) as earlier_cases
        where earlier_cases.area_id = open_cases.area_id
            and earlier_cases.type_id = open_cases.type_id
            and earlier_cases.reported_at >= open_cases.reported_at - interval '30 days'
            and earlier_cases.reported_at <= open_cases.reported_at
            and earlier_cases.case_id <> open_cases.case_id
            and earlier_cases.state in ('open', 'resolved')
            and (
                earlier_cases.party_key = open_cases.party_key
                -- 111 320 m to a degree of latitude
                or open_cases.is_located
                and not coalesce(
                    earlier_cases.lon = open_cases.default_lon and earlier_cases.lat = open_cases.default_lat, false
                )
                and power(111320 * (earlier_cases.lat - open_cases.lat), 2) + power(
                    111320 * cos(radians(open_cases.lat)) * (earlier_cases.lon - open_cases.lon), 2
                ) <= 2500
            )
    ) as earlier
)

select
    flagged.case_id,
    flagged.kind,
    flagged.risk,
    coalesce(flagged.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    flagged.area_id,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    flagged.level,
    departments.name_zh as department_zh,
    departments.name_en as department_en,
    flagged.reported_at,
    flagged.due_at,
    flagged.is_near_deadline,
    flagged.is_reopened,
    flagged.is_repeated,
    flagged.is_unanswered
from flagged
inner join app.case_types on flagged.type_id = case_types.type_id
inner join app.areas on flagged.area_id = areas.area_id
left join app.departments on flagged.department_id = departments.department_id
where flagged.is_near_deadline or flagged.is_reopened or flagged.is_repeated or flagged.is_unanswered
order by flagged.due_at nulls last, flagged.case_id
