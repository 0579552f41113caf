-- One row per text, in their order: the text masked.
select app.mask_text(given.told) as masked
from unnest(cast(:texts as text[])) with ordinality as given (told, place)
order by given.place
