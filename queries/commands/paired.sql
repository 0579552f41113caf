-- Whom a device is paired with and until when; no row without a valid pairing.
select device.subdistrict_id, device.officer, device.expires_at
from app.paired(:token) as device
