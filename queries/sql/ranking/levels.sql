-- One row per level of areas within the subdistrict on the period's last day, deepest first, with its units; the
-- subdistrict's own level comes last.
select
    areas.level,
    cast(count(*) as integer) as units
from app.areas
inner join app.area_closure as closure
    on areas.area_id = closure.descendant_id
        and closure.ancestor_id = :subdistrict_id
        and closure.valid_from <= :period_to and closure.valid_to > :period_to
where areas.subdistrict_id = :subdistrict_id
    and areas.valid_from <= :period_to and areas.valid_to > :period_to
group by areas.level
order by max(closure.depth) desc, areas.level
