-- One row per five minutes of the clock from a moment on, up to as_of, those without a case included: cases reported in
-- them, the red and the orange ones among them.
with slots as (
    select slot.from_moment, slot.from_moment + interval '5 minutes' as to_moment
    from generate_series(
        date_bin('5 minutes', cast(:since as timestamptz), timestamptz '2000-01-01'),
        cast(:as_of as timestamptz),
        interval '5 minutes'
    ) as slot (from_moment)
),

reported as (
    select cases.reported_at, cases.risk
    from app.cases_reported(
        :subdistrict_id, :as_of, date_bin('5 minutes', cast(:since as timestamptz), timestamptz '2000-01-01'),
        'infinity'
    ) as cases
    where cases.reported_at <= :as_of
        and cases.state in ('open', 'resolved')
)

select
    slots.from_moment as from_at,
    count(reported.reported_at) as reported,
    count(reported.reported_at) filter (where reported.risk = 'red') as red,
    count(reported.reported_at) filter (where reported.risk = 'orange') as orange
from slots
left join reported on reported.reported_at >= slots.from_moment and reported.reported_at < slots.to_moment
group by slots.from_moment
order by slots.from_moment
