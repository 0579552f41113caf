-- One row per key of the grouping: first petitions for a decision handed in on the period's days, and those of them
-- settled by it. A visit is a petition of a matter by which a decision is sought, neither withdrawn nor handed over. It
-- is a first one where the same party brought the same matter on none of the follow-up's number of days before. It is
-- settled where it was resolved in the follow-up (its own day and so many whole local days after), not reopened in it,
-- and the party did not bring the matter again in it. Visits without a known party count on neither side. Nor do those
-- of sources that give no closing times, but the party came all the same: they are visits before and after others.
with asked as materialized (
    select
        app.untimed_sources(:subdistrict_id) as untimed,
        app.complete_through(:subdistrict_id, :as_of) as complete_through
),

units as materialized (
    select * from app.units_of(:subdistrict_id, :area_id, :unit_level)
),

-- of all the subdistrict, whatever the area asked about: a party may come again elsewhere
visits as materialized (
    select
        cases.case_id,
        cases.area_id,
        cases.kind,
        cases.type_id,
        cases.channel,
        cases.risk,
        cases.reported_at,
        cases.reported_hour,
        cases.reported_day as day,
        cases.party_key,
        -- after it was resolved: one that was withdrawn by mistake and taken up again has not come back
        app.is_returned(
            cases.first_resolved_at, cases.reopened_days, cases.last_reopened_at, cases.open_spells,
            cases.reported_day + cast(:follow_up_days as integer), :time_zone
        ) as is_returned,
        cases.source <> all(asked.untimed) as is_timed,
        cast(cases.first_resolved_at at time zone :time_zone as date) as resolved_day,
        lag(cases.reported_day) over visits_of_party as day_before,
        lead(cases.reported_day) over visits_of_party as day_after
    from app.cases_at(:subdistrict_id, :as_of) as cases
    inner join app.case_types on cases.type_id = case_types.type_id
    cross join asked
    where cases.kind = 'petition'
        and case_types.is_decision_sought
        and cases.state in ('open', 'resolved')
        and cases.reported_at >= :looked_from and cases.reported_at < :looked_to
    window visits_of_party as (
        partition by cases.party_key, cases.type_id order by cases.reported_at, cases.case_id
    )
),

judged as (
    select
        app.part_key(
            :by,
            app.part_number(:by, visits.day, units.unit_id, visits.type_id, visits.reported_hour),
            app.part_word(:by, visits.kind, visits.channel, visits.risk)
        ) as key,
        visits.day,
        visits.party_key is not null as is_known,
        visits.resolved_day <= visits.day + cast(:follow_up_days as integer)
        and coalesce(visits.day_after > visits.day + cast(:follow_up_days as integer), true)
        and not visits.is_returned as is_settled
    from visits
    inner join units on visits.area_id = units.area_id
    where visits.is_timed and visits.reported_at >= :period_start and visits.reported_at < :period_end
        and visits.kind = any(cast(:kinds as text[]))
        and (
            visits.party_key is null
            or coalesce(visits.day_before < visits.day - cast(:follow_up_days as integer), true)
        )
),

counted as (
    select
        judged.key,
        count(*) filter (where judged.is_known) as n,
        count(*) filter (where judged.is_known and judged.is_settled) as good,
        count(*) filter (where not judged.is_known) as unknown,
        max(judged.day) as last_day
    from judged
    group by judged.key
)

select
    counted.key,
    cast(counted.n as integer) as n,
    cast(counted.good as integer) as good,
    app.midnight(
        app.key_end(:by, counted.last_day, :period_to) + 1 + cast(:follow_up_days as integer), :time_zone
    ) > least(:as_of, asked.complete_through) as is_provisional,
    cast(counted.unknown as integer) as unknown
from counted
cross join asked
order by counted.key
