-- One row: cases of these risks reported in the minutes before as_of, those of the same minutes of the clock on the
-- days before it, and how many such days the store holds; a withdrawn case counts for nothing. moments: as_of and the
-- same local clock time of each day before, the newest first; first_moment: the beginning of the last's minutes.
with past as (
    select cast(count(*) as integer) as days
    from unnest(cast(:moments as timestamptz[])) with ordinality as listed (to_moment, number)
    where listed.number > 1
        and listed.to_moment >= (
            select min(cases.reported_at) from app.cases where cases.subdistrict_id = :subdistrict_id
        )
),

windows as (
    select
        listed.number - 1 as number,
        listed.to_moment - make_interval(mins => cast(:minutes as integer)) as after_moment,
        listed.to_moment
    from past
    cross join unnest(cast(:moments as timestamptz[])) with ordinality as listed (to_moment, number)
    where listed.number <= past.days + 1
),

reported as (
    select windows.number
    from windows
    inner join app.cases_at(:subdistrict_id, :as_of) as cases
        on windows.after_moment < cases.reported_at and windows.to_moment >= cases.reported_at
    where cases.reported_at > :first_moment
        and cases.risk = any(cast(:risks as text[]))
        and cases.state in ('open', 'resolved')
)

select
    (select count(*) from reported where reported.number = 0) as reported,
    (select count(*) from reported where reported.number > 0) as before,
    (select past.days from past) as days
