-- One number per case of a source that is open and was reported before a day; the oldest first.
select cases.external_id
from app.cases
where cases.source = :source and cases.state = 'open' and cases.reported_day < :day
order by cases.reported_day, cases.external_id
