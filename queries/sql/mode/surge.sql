-- One row: cases of these risks reported in the minutes before as_of, those of the same minutes of the clock on the
-- days before it, and how many such days the store holds; a withdrawn case counts for nothing.
with past as (
    select least(
        cast(:past_days as integer),
        cast(extract(day from :as_of - (
            select min(cases.reported_at) from app.cases where cases.subdistrict_id = :subdistrict_id
        )) as integer)
    ) as days
),

windows as (
    select
        days_before.number,
        :as_of - make_interval(days => days_before.number, mins => cast(:minutes as integer)) as after_moment,
        :as_of - make_interval(days => days_before.number) as to_moment
    from past
    cross join generate_series(0, past.days) as days_before (number)
),

reported as (
    select windows.number
    from windows
    inner join app.cases_at(:subdistrict_id, :as_of) as cases
        on windows.after_moment < cases.reported_at and windows.to_moment >= cases.reported_at
    where cases.reported_at > :as_of - make_interval(days => cast(:past_days as integer), mins => :minutes)
        and cases.risk = any(cast(:risks as text[]))
        and cases.state in ('open', 'resolved')
)

select
    (select count(*) from reported where reported.number = 0) as reported,
    (select count(*) from reported where reported.number > 0) as before,
    coalesce((select past.days from past), 0) as days
