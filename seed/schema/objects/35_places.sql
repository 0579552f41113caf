-- Every ancestor of every area, itself included. An area never changes its parent (a move is a redraw under a new
-- area_id), so rows are only ever added and their validity shortened.
create or replace function app.close_areas() returns void
language sql
as $$
    insert into app.area_closure (ancestor_id, descendant_id, depth, valid_from, valid_to)
    with recursive chain as (
        select
            areas.area_id as ancestor_id, areas.area_id as descendant_id, 0 as depth, areas.valid_from, areas.valid_to
        from app.areas
        union all
        select
            lower_area.parent_id, chain.descendant_id, chain.depth + 1,
            greatest(chain.valid_from, upper_area.valid_from), least(chain.valid_to, upper_area.valid_to)
        from chain
        inner join app.areas as lower_area on lower_area.area_id = chain.ancestor_id
        inner join app.areas as upper_area on upper_area.area_id = lower_area.parent_id
    )

    select distinct on (chain.ancestor_id, chain.descendant_id, chain.valid_from)
        chain.ancestor_id, chain.descendant_id, chain.depth, chain.valid_from, chain.valid_to
    from chain
    where chain.valid_from < chain.valid_to
    on conflict (ancestor_id, descendant_id, valid_from) do update set valid_to = excluded.valid_to
$$;
