"""Whose store it is: one command centre's, whose days are counted in one zone."""

import sqlalchemy as sa

from seed import store
from seed.importers.mapping import Mapping, PlacePart
from seed.importers.nearest import folded


def own_place(connection: sa.Connection, mapping: Mapping) -> Mapping:
    """The mapping with the code of its command centre, where it names the store's by a name or an alias."""
    if connection.scalar(sa.text("select to_regclass('app.subdistricts')")) is None:
        return mapping
    rows = connection.execute(
        sa.text(
            "select areas.code, areas.name_zh, areas.name_en,"
            " array(select alias from app.area_aliases where area_aliases.area_id = areas.area_id) as aliases"
            " from app.subdistricts join app.areas on areas.area_id = subdistricts.subdistrict_id"
        )
    ).all()
    code = mapping.place.code
    meant = [row.code for row in rows if folded(code) in map(folded, (row.name_zh, row.name_en, *row.aliases))]
    if len(meant) != 1 or any(row.code == code for row in rows):
        return mapping
    return mapping.model_copy(update={"place": mapping.place.model_copy(update={"code": meant[0]})})


def objection(connection: sa.Connection, place: PlacePart) -> store.StoreError | None:
    """Why the store cannot take the place's files; None where it can."""
    codes = _centres(connection)
    if not codes:
        return None
    if codes != {place.code}:
        return store.StoreError(
            f"the store holds {', '.join(sorted(codes))}: {place.name_en} needs a store of its own (set DATA_DIR or"
            " DATABASE_URL to another)",
            code="other_place",
            place_zh=place.name_zh,
            place_en=place.name_en,
        )
    zone = str(connection.scalar(sa.text("select app.time_zone()")))
    if zone == place.time_zone:
        return None
    said = f"the store counts days in {zone}, the mapping in {place.time_zone}"
    return store.StoreError(said, code="other_zone", store=zone, mapping=place.time_zone)


def claim(connection: sa.Connection, place: PlacePart) -> None:
    """Make sure that the store is this place's, and set its zone while it is empty. Raises StoreError."""
    against = objection(connection, place)
    if against is not None:
        raise against
    if not _centres(connection):
        store.remember(connection, "time_zone", place.time_zone)


def _centres(connection: sa.Connection) -> set[str]:
    return set(
        connection.scalars(
            sa.text("select code from app.areas where area_id in (select subdistrict_id from app.subdistricts)")
        )
    )
