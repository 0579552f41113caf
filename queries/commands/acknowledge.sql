-- The officer of a paired device acknowledges a case: the number of the acknowledgement, null without a valid pairing.
select app.acknowledge_paired(:token, :case_id, '') as acknowledgement_id
