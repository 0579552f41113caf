-- One row: when all that follows from the log was last recomputed and compared with what stands, by as_of, and how many
-- differences there were; none where it never was.
select
    verifications.verified_at,
    verifications.differences
from app.verifications
where verifications.subdistrict_id = :subdistrict_id and verifications.verified_at <= :as_of
order by verifications.verified_at desc
limit 1
