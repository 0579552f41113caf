-- Numbers in their source of the cases of a source that are open, reported before a day. Rule: state open; oldest first.
select cases.external_id
from app.cases
where cases.source = :source and cases.state = 'open' and cases.reported_day < :day
order by cases.reported_day, cases.external_id
