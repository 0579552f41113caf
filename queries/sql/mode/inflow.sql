-- One row per five minutes of the clock from a moment on, up to as_of, those without a case included: cases reported in
-- them, the red and the orange ones among them.
with bounds as (
    select date_bin('5 minutes', cast(:since as timestamptz), timestamptz '2000-01-01') as from_moment
),

reported as (
    select
        date_bin('5 minutes', cases.reported_at, timestamptz '2000-01-01') as from_moment,
        count(*) as reported,
        count(*) filter (where cases.risk = 'red') as red,
        count(*) filter (where cases.risk = 'orange') as orange
    from app.cases_reported(:subdistrict_id, :as_of, (select bounds.from_moment from bounds), 'infinity') as cases
    where cases.reported_at <= :as_of and cases.state in ('open', 'resolved')
    group by date_bin('5 minutes', cases.reported_at, timestamptz '2000-01-01')
)

select
    slot.from_moment as from_at,
    coalesce(reported.reported, 0) as reported,
    coalesce(reported.red, 0) as red,
    coalesce(reported.orange, 0) as orange
from bounds
cross join generate_series(bounds.from_moment, cast(:as_of as timestamptz), interval '5 minutes') as slot (from_moment)
left join reported on slot.from_moment = reported.from_moment
order by slot.from_moment
