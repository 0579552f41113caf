-- One row per unit with a case first reopened in the period: those reopened on the very day after a follow-up ended,
-- beside the rate of the cases whose follow-up ended in the period, with and without them.
-- Cut-offs. same_day: the follow-up after the day reported, of cases resolved at its 24:00. reopened: thirty days after
-- the first resolution.
with asked as materialized (
    select
        cast(app.setting_text('same_day_window_days') as integer) as window_days,
        app.midnights(:followed_from, :period_to, :time_zone) as midnights
),

units as materialized (
    select units_of.*, areas.kind as unit_kind
    from app.units_of(:subdistrict_id, :area_id, :unit_level) as units_of
    inner join app.areas on units_of.unit_id = areas.area_id
),

-- those followed up to a day of the period, and whatever else was reopened in it, which was recorded since it began;
-- each found where it takes the least reading
chosen as (
    select
        cases.case_id, cases.area_id, cases.kind, cases.reopened_days,
        cases.reported_day + 1 + (select asked.window_days from asked) as day_after,
        cases.is_same_day_counted as is_counted,
        cases.is_same_day_counted and cases.is_same_day_resolved as is_resolved
    from app.cases_reported(:subdistrict_id, :as_of, :followed_start, :followed_end) as cases
    where :cutoff = 'same_day'
    union all
    select
        cases.case_id, cases.area_id, cases.kind, cases.reopened_days,
        cases.reported_day + 1 + (select asked.window_days from asked) as day_after,
        cases.is_same_day_counted as is_counted,
        cases.is_same_day_counted and cases.is_same_day_resolved as is_resolved
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where :cutoff = 'same_day'
        and cases.last_recorded_at >= :period_start and cases.reopened_count > 0
        and not (cases.reported_at >= :followed_start and cases.reported_at < :followed_end)
    union all
    select
        cases.case_id, cases.area_id, cases.kind, cases.reopened_days,
        app.day_among(cases.first_resolved_at, :followed_from, (select asked.midnights from asked)) + 31 as day_after,
        true as is_counted,
        true as is_resolved
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where :cutoff <> 'same_day'
        and cases.first_resolved_at >= :followed_start and cases.first_resolved_at < :followed_end
    union all
    select
        cases.case_id, cases.area_id, cases.kind, cases.reopened_days,
        cast(cases.first_resolved_at at time zone :time_zone as date) + 31 as day_after,
        cases.first_resolved_at is not null as is_counted,
        cases.first_resolved_at is not null as is_resolved
    from app.cases_at(:subdistrict_id, :as_of) as cases
    where :cutoff <> 'same_day'
        and cases.last_recorded_at >= :period_start and cases.reopened_count > 0
        and not coalesce(
            cases.first_resolved_at >= :followed_start and cases.first_resolved_at < :followed_end, false
        )
),

followed as (
    select
        units.unit_id,
        units.unit_kind,
        chosen.case_id,
        chosen.reopened_days[1] as reopened_on,
        chosen.day_after,
        chosen.is_counted,
        chosen.is_resolved
    from chosen
    inner join units on chosen.area_id = units.area_id
    where chosen.kind = any(cast(:kinds as text[]))
),

known as (
    select
        followed.*,
        followed.is_counted and followed.day_after between :period_from and :period_to as is_of_figure,
        followed.is_resolved and not coalesce(followed.reopened_on < followed.day_after, false) as is_good,
        followed.is_resolved and coalesce(followed.reopened_on between :period_from and :period_to, false)
            as is_reopened,
        followed.is_resolved and coalesce(
            followed.reopened_on between :period_from and :period_to and followed.reopened_on = followed.day_after,
            false
        ) as is_suspect
    from followed
),

-- the few suspect ones are put in order by themselves, so that the others need not be
counted as (
    select
        known.unit_id,
        known.unit_kind,
        count(*) filter (where known.is_reopened) as reopened,
        count(*) filter (where known.is_suspect) as suspect,
        count(*) filter (where known.is_of_figure) as n,
        count(*) filter (where known.is_of_figure and known.is_good) as good,
        count(*) filter (where known.is_of_figure or known.is_suspect) as n_without,
        count(*) filter (where known.is_of_figure and known.is_good and not known.is_suspect) as good_without,
        array_agg(known.case_id) filter (where known.is_suspect) as suspects
    from known
    group by known.unit_id, known.unit_kind
)

select
    counted.unit_id as area_id,
    counted.unit_kind as kind,
    cast(:cutoff as text) as cutoff,
    cast(counted.reopened as integer) as n,
    cast(counted.suspect as integer) as observed,
    cast(counted.n as integer) as figure_n,
    cast(counted.good as integer) as figure_good,
    cast(counted.n_without as integer) as n_without,
    cast(counted.good_without as integer) as good_without,
    coalesce(
        (
            select jsonb_agg(shown.case_id order by shown.case_id)
            from unnest(counted.suspects) as shown (case_id)
        ),
        '[]'
    ) as case_ids
from counted
where counted.reopened > 0
order by counted.unit_id
