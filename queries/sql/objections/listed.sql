-- One row per objection made by as_of, the newest first: what the unit asks, of which case or of its mark, and what had
-- become of it by as_of. Of the filter's area or of all; of periods that share a day with the filter's, or of all.
select
    objections.objection_id,
    objections.area_id,
    unit.code as area_code,
    unit.name_zh as area_zh,
    unit.name_en as area_en,
    objections.period_from,
    objections.period_to,
    objections.case_id,
    cases.source,
    cases.external_id,
    cases.kind,
    objections.asks,
    other.name_zh as to_zh,
    other.name_en as to_en,
    objections.reason,
    objections.words,
    objections.objected_at,
    objections.objected_by,
    case when decided.is_upheld then 'upheld' when not decided.is_upheld then 'rejected' else 'open' end as outcome,
    decided.words as decided_words,
    decided.decided_at,
    decided.decided_by
from app.objections
inner join app.areas as unit on objections.area_id = unit.area_id
left join app.areas as other on objections.to_area_id = other.area_id
left join app.cases on objections.subdistrict_id = cases.subdistrict_id and objections.case_id = cases.case_id
left join lateral (
    select decisions.is_upheld, decisions.words, decisions.decided_at, decisions.decided_by
    from app.objection_decisions as decisions
    where decisions.objection_id = objections.objection_id and decisions.decided_at <= :as_of
    order by decisions.decided_at desc, decisions.decision_id desc
    limit 1
) as decided on true
where objections.subdistrict_id = :subdistrict_id
    and objections.objected_at <= :as_of
    and (cast(:area_id as integer) is null or objections.area_id = :area_id)
    and (cast(:period_from as date) is null or objections.period_to >= cast(:period_from as date))
    and (cast(:period_to as date) is null or objections.period_from <= cast(:period_to as date))
order by objections.objected_at desc, objections.objection_id desc
