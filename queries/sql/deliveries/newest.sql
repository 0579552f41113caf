-- One row per frozen review and way of delivery, by its newest attempt: when, how many have it, and what came of
-- it by as_of.
select
    newest.freeze_id,
    newest.period_from,
    newest.period_to,
    newest.checksum,
    newest.way,
    newest.attempt,
    newest.recipients,
    newest.is_done,
    newest.reason,
    newest.outcome,
    newest.delivered_at
from (
    select distinct on (deliveries.freeze_id, deliveries.way)
        deliveries.freeze_id, deliveries.period_from, deliveries.period_to, deliveries.checksum, deliveries.way,
        deliveries.attempt, deliveries.is_done, deliveries.reason, deliveries.outcome, deliveries.delivered_at,
        sum(deliveries.recipients) over (partition by deliveries.freeze_id, deliveries.way) as recipients
    from app.deliveries
    where deliveries.subdistrict_id = :subdistrict_id and deliveries.delivered_at <= :as_of
    order by deliveries.freeze_id desc, deliveries.way asc, deliveries.attempt desc
) as newest
order by newest.delivered_at desc, newest.freeze_id desc, newest.way asc
limit :rows
