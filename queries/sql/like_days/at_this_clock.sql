-- One row per like day (same weekday, same working-day status, before today) and kind: its cases reported by the same
-- clock time, as they were known at that moment; n and resolved without those of sources that give no closing times.
-- Days without a case have one row with an empty kind.
with this_day as (
    select
        extract(isodow from cast(:today as date)) as weekday,
        coalesce(
            (select calendar.is_working_day from app.calendar where calendar.day = :today),
            extract(isodow from cast(:today as date)) < 6
        ) as is_working_day
),

asked as materialized (
    select app.untimed_sources(:subdistrict_id) as untimed
),

like_days as (
    select
        cast(candidate.day as date) as day,
        (cast(candidate.day as date) + cast(:clock as time)) at time zone :time_zone as moment,
        cast(cast(candidate.day as date) as timestamp) at time zone :time_zone as day_start
    from this_day
    cross join
        generate_series(
            cast(:today as timestamp) - interval '26 weeks',
            cast(:today as timestamp) - interval '1 day',
            interval '1 day'
        ) as candidate (day)
    left join app.calendar on calendar.day = cast(candidate.day as date)
    where extract(isodow from candidate.day) = this_day.weekday
        and coalesce(calendar.is_working_day, this_day.weekday < 6) = this_day.is_working_day
    order by candidate.day desc
    limit :days
),

-- as now known; those that changed after the moment are folded again as of it
candidates as (
    select
        like_days.day,
        cases.case_id,
        cases.first_occurred_at,
        cases.last_recorded_at > like_days.moment as is_later,
        cases.source,
        cases.kind,
        cases.state,
        cases.area_id,
        cases.reported_day
    from like_days
    inner join app.cases
        on cases.subdistrict_id = :subdistrict_id
            and like_days.day_start <= cases.reported_at and like_days.moment >= cases.reported_at
    where cases.first_occurred_at <= like_days.moment
),

-- cases whose report may since have been put on another day, or was revoked and handed in again
corrected as materialized (
    select corrections.case_id, corrections.last_recorded_at
    from app.time_corrections_since(
            :subdistrict_id, (select min(first_day.day_start) from like_days as first_day)
        ) as corrections
),

moved as (
    select like_days.day, cases.case_id, cases.first_occurred_at
    from like_days
    inner join corrected on like_days.day_start <= corrected.last_recorded_at
    inner join app.cases
        on cases.subdistrict_id = :subdistrict_id and corrected.case_id = cases.case_id
            and like_days.moment >= cases.first_occurred_at and like_days.moment < cases.last_recorded_at
    union all
    select like_days.day, vanished_cases.case_id, vanished_cases.first_occurred_at
    from like_days
    inner join corrected on like_days.day_start <= corrected.last_recorded_at
    inner join app.vanished_cases
        on vanished_cases.subdistrict_id = :subdistrict_id
            and corrected.case_id = vanished_cases.case_id
            and like_days.moment between vanished_cases.first_occurred_at and vanished_cases.last_recorded_at
),

later as (
    select
        changed.day,
        array_agg(distinct changed.case_id) as case_ids,
        min(changed.first_occurred_at) as first_occurred_at
    from (
        select candidates.day, candidates.case_id, candidates.first_occurred_at
        from candidates
        where candidates.is_later
        union all
        select moved.day, moved.case_id, moved.first_occurred_at
        from moved
        union all
        -- cases since revoked were known then
        select like_days.day, vanished_cases.case_id, vanished_cases.first_occurred_at
        from like_days
        inner join app.vanished_cases
            on vanished_cases.subdistrict_id = :subdistrict_id
                and vanished_cases.first_occurred_at between like_days.day_start and like_days.moment
                and like_days.moment < vanished_cases.last_recorded_at
    ) as changed
    group by changed.day
),

known as (
    select
        candidates.day, candidates.source, candidates.kind, candidates.state, candidates.area_id,
        candidates.reported_day
    from candidates
    where not candidates.is_later
    union all
    select like_days.day, past.source, past.kind, past.state, past.area_id, past.reported_day
    from like_days
    inner join later on like_days.day = later.day
    cross join
        lateral app.cases_folded_briefly(
            :subdistrict_id, later.case_ids, later.first_occurred_at, like_days.moment
        ) as past
    where past.reported_at between like_days.day_start and like_days.moment
)

select
    like_days.day,
    coalesce(known.kind, '') as kind,
    count(known.kind) as reported,
    count(known.kind) filter (
        where known.state in ('open', 'resolved') and known.source <> all(asked.untimed)
    ) as n,
    count(known.kind) filter (
        where known.state = 'resolved' and known.source <> all(asked.untimed)
    ) as resolved
from like_days
cross join asked
left join known
    on like_days.day = known.day
        and (cast(:kinds as text[]) is null or known.kind = any(cast(:kinds as text[])))
        and (cast(:area_id as integer) is null or known.area_id in (
            select chosen.descendant_id from app.area_closure as chosen where chosen.ancestor_id = :area_id
        ))
group by like_days.day, known.kind
order by like_days.day desc, known.kind asc
