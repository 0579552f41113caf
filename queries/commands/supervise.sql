-- The officer of a paired device asks for the answer to a hand-up, having seen so many such demands: done, already,
-- closed; null without a valid pairing.
select app.supervise_paired(:token, :case_id, :escalation_no, :seen) as outcome
