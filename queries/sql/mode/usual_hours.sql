-- One row per local hour of the day with a case: cases reported in it on the whole local days of the period, as known
-- at as_of; withdrawn ones left out.
select
    cases.reported_hour as hour,
    count(*) as reported
from app.cases_reported(:subdistrict_id, :as_of, :period_start, :period_end) as cases
where cases.state in ('open', 'resolved')
group by cases.reported_hour
order by cases.reported_hour
