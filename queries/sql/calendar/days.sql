-- One row per day of the calendar between two days: whether it is worked on, and the holiday it belongs to.
select
    calendar.day,
    calendar.is_working_day,
    calendar.holiday_zh
from app.calendar
where calendar.day between :first_day and :last_day
order by calendar.day
