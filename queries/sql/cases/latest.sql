-- One row per case, newest first: the newest red and orange ones and, where fewer, others, out of the newest 600 that
-- were known at as_of. Only the kinds asked for: police reports and petitions are shown as counts alone. A case
-- that its source reported and never closes, because it gives no closing times, is not_recorded instead of open.
with newest as (
    select
        cases.*, row_number() over (
            order by cases.risk in ('red', 'orange') desc, cases.reported_at desc, cases.case_id desc
        ) as place
    from (
        select recent.*
        from app.cases_at(:subdistrict_id, :as_of) as recent
        where recent.reported_at >= :newest_from
        order by recent.reported_at desc, recent.case_id desc
        limit :looked_through
    ) as cases
    where cases.kind = any(cast(:kinds as text[]))
        and cases.state <> 'transferred'
        and (cast(:area_id as integer) is null or cases.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
)

select
    newest.case_id,
    newest.reported_at,
    newest.risk,
    newest.kind,
    coalesce(newest.summary, case_types.name_zh) as title_zh,
    case_types.name_en as title_en,
    newest.area_id,
    areas.name_zh as area_zh,
    areas.name_en as area_en,
    coalesce(channel.name_zh, newest.channel) as channel_zh,
    coalesce(channel.name_en, newest.channel) as channel_en,
    case
        when newest.state = 'open' and newest.source = any(cast(app.untimed_sources(:subdistrict_id) as text[]))
            then 'not_recorded'
        else newest.state
    end as state,
    newest.lon,
    newest.lat
from newest
inner join app.case_types on newest.type_id = case_types.type_id
inner join app.areas on newest.area_id = areas.area_id
left join app.labels as channel on channel.topic = 'channel' and newest.channel = channel.code
where newest.place <= :rows
order by newest.reported_at desc, newest.case_id desc
