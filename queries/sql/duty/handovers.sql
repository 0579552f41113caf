-- One row per handover of the shift known at as_of, newest first: who handed over to whom, and with what note.
select
    handovers.handover_id,
    handovers.handed_at,
    handovers.from_officer,
    handovers.to_officer,
    handovers.note
from app.handovers
where handovers.subdistrict_id = :subdistrict_id and handovers.handed_at <= :as_of
order by handovers.handed_at desc, handovers.handover_id desc
limit :rows
