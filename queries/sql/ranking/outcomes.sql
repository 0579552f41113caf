-- One row per indicator and channel with a case that counts: its cases, packed, twelve bytes a case (queries.ranking
-- reads and counts them): area, matter, and one number of the first letter of the colour, the local hour of report and
-- whether it went well. Two more rows, below and lines: each area below a unit of the period's last day with that unit,
-- and each matter with its line of duty.
-- same_day: appeals of the period's whole local days, kept resolved. on_time: first due in the period. on_the_spot:
-- hazards of the period. kept: resolved 30 days before the period's days and not reopened within those 30 days.
-- Cases of sources that give no closing times take no part: nobody knows how they went. A case that an upheld objection
-- has moved counts for the unit it names, or for none.
with moved as materialized (
    select attributions.case_id, attributions.to_area_id
    from app.attributions_at(:subdistrict_id, :period_from, :period_to, :as_of) as attributions
),

-- folded once for all that follows, where app.cases_at would fold for each
folded as materialized (
    select past.* from app.cases_folded_at(:subdistrict_id, :as_of) as past
),

reported as (
    select
        cases.case_id, cases.area_id, cases.type_id, cases.risk, cases.channel, cases.reported_hour, cases.source,
        cases.kind, cases.state, cases.reported_at, cases.is_same_day_counted, cases.is_same_day_kept,
        cases.is_on_the_spot
    from app.cases
    where cases.subdistrict_id = :subdistrict_id and cases.last_recorded_at <= :as_of
        and cases.reported_at >= :period_start and cases.reported_at < :period_end
    union all
    select
        folded.case_id, folded.area_id, folded.type_id, folded.risk, folded.channel, folded.reported_hour,
        folded.source, folded.kind, folded.state, folded.reported_at, folded.is_same_day_counted,
        folded.is_same_day_kept, folded.is_on_the_spot
    from folded
    where folded.reported_at >= :period_start and folded.reported_at < :period_end
),

due as (
    select
        cases.case_id, cases.area_id, cases.type_id, cases.risk, cases.channel, cases.reported_hour,
        cases.source, cases.kind, cases.state, cases.closed_at, cases.first_resolved_at, cases.first_due_at
    from app.cases
    where cases.subdistrict_id = :subdistrict_id and cases.last_recorded_at <= :as_of
        and cases.first_due_at >= :period_start and cases.first_due_at < :period_end
    union all
    select
        folded.case_id, folded.area_id, folded.type_id, folded.risk, folded.channel, folded.reported_hour,
        folded.source, folded.kind, folded.state, folded.closed_at, folded.first_resolved_at, folded.first_due_at
    from folded
    where folded.first_due_at >= :period_start and folded.first_due_at < :period_end
),

followed as (
    select
        cases.case_id, cases.area_id, cases.type_id, cases.risk, cases.channel, cases.reported_hour,
        cases.source, cases.kind, cases.first_resolved_at, cases.reopened_days
    from app.cases
    where cases.subdistrict_id = :subdistrict_id and cases.last_recorded_at <= :as_of
        and cases.first_resolved_at >= :followed_start and cases.first_resolved_at < :followed_end
    union all
    select
        folded.case_id, folded.area_id, folded.type_id, folded.risk, folded.channel, folded.reported_hour,
        folded.source, folded.kind, folded.first_resolved_at, folded.reopened_days
    from folded
    where folded.first_resolved_at >= :followed_start and folded.first_resolved_at < :followed_end
),

counted as (
    -- a case is either an appeal or a hazard
    select
        case reported.kind when 'appeal' then 'same_day' else 'on_the_spot' end as indicator,
        reported.case_id, reported.area_id, reported.type_id, reported.risk, reported.channel,
        reported.reported_hour, reported.source, reported.kind,
        case reported.kind when 'appeal' then reported.is_same_day_kept else reported.is_on_the_spot end as is_good
    from reported
    where (reported.kind = 'appeal' and reported.is_same_day_counted and reported.reported_at < :day_start)
        or (reported.kind = 'hazard' and reported.state in ('resolved', 'open'))
    union all
    select
        'on_time' as indicator, due.case_id, due.area_id, due.type_id, due.risk, due.channel,
        due.reported_hour, due.source, due.kind,
        coalesce(due.first_resolved_at <= due.first_due_at, false) as is_good
    from due
    where due.first_due_at <= :as_of
        and not (due.state in ('withdrawn', 'transferred') and due.closed_at < due.first_due_at)
    union all
    select
        'kept' as indicator, followed.case_id, followed.area_id, followed.type_id, followed.risk, followed.channel,
        followed.reported_hour, followed.source, followed.kind,
        followed.reopened_days is null
        or followed.reopened_days[1] - cast(followed.first_resolved_at at time zone :time_zone as date) > 30 as is_good
    from followed
),

strung as materialized (
    select
        counted.indicator,
        counted.channel,
        string_agg(
            int4send(
                case
                    when counted.case_id = any(cast((select array_agg(moved.case_id) from moved) as bigint[]))
                        then (select moved.to_area_id from moved where moved.case_id = counted.case_id)
                    else counted.area_id
                end
            )
            || int4send(counted.type_id)
            || int4send(
                (coalesce(ascii(counted.risk), 0) * 24 + counted.reported_hour) * 2 + cast(counted.is_good as integer)
            ),
            ''
        ) as packed
    from counted
    where counted.source <> all(cast((select app.untimed_sources(:subdistrict_id)) as text[]))
        and (cast(:kinds as text[]) is null or counted.kind = any(cast(:kinds as text[])))
    group by counted.indicator, counted.channel
)

select
    'below' as part,
    0 as channel_number,
    string_agg(int4send(closure.descendant_id) || int4send(closure.ancestor_id), '') as packed
from app.area_closure as closure
inner join app.areas as unit on closure.ancestor_id = unit.area_id
where unit.subdistrict_id = :subdistrict_id
    and unit.level = :unit_level
    and unit.valid_from <= :period_to and unit.valid_to > :period_to
union all
select
    'lines' as part,
    0 as channel_number,
    string_agg(int4send(case_types.type_id) || int4send(coalesce(case_types.parent_id, case_types.type_id)), '')
        as packed
from app.case_types
union all
select
    strung.indicator as part,
    coalesce(channel.position, 0) as channel_number,
    strung.packed
from strung
left join app.labels as channel on channel.topic = 'channel' and strung.channel = channel.code
