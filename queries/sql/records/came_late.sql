-- One row: rows of the log about what happened in the period and before somebody looked at it (since), recorded only
-- after that and by as_of, and the cases they are about. Corrections are none: they are about what was known before.
select
    count(*) as records,
    count(distinct logged.case_id) as cases
from app.case_log as logged
where logged.subdistrict_id = :subdistrict_id
    and logged.occurred_at >= :period_start and logged.occurred_at < :period_end
    and logged.occurred_at <= :since
    and logged.recorded_at > :since and logged.recorded_at <= :as_of
    and logged.event <> 'corrected'
