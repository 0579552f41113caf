-- The officer of a paired device has seen a hand-up: done, already, closed; null without a valid pairing.
select app.acknowledge_escalation_paired(:token, :case_id, :escalation_no) as outcome
