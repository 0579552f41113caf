-- The officer of a paired device freezes a review: its number, null where it was frozen before; no row without a valid
-- pairing.
select freeze_id from app.freeze_review_paired(:token, :document)
