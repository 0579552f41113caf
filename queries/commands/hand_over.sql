-- A paired device hands the shift over: the number of the handover, null without a valid pairing.
select app.hand_over_paired(:token, :from_officer, :to_officer, :note) as handover_id
