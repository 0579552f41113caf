"""`python -m seed wall-token new | list | revoke`: the addresses of read-only walls, which need no login.

A token is shown once, in the address that brings it; the store keeps its hash. What stands after the # of an address
is not sent by a browser, so no log sees it.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import typer
from rich.table import Table

from seed import store
from seed.opening import console, current
from seed.reach import own_address
from seed.settings import Settings, role_url

commands = typer.Typer(no_args_is_help=True, help="Addresses of walls: make one, list them, revoke one.")

Area = Annotated[str, typer.Option(help="code of the subdistrict; the store's first without it")]
#: Longest a token holds: browsers forget a cookie after as many days.
_MOST_DAYS: Final = 400


@commands.command("new")
def new(
    label: Annotated[str, typer.Option(help="where it hangs, 指挥大厅左屏")],
    days: Annotated[int, typer.Option(help="how long the address holds", min=1, max=_MOST_DAYS)] = 365,
    host: Annotated[
        str, typer.Option(help="the address of the pages, http://10.0.0.5:8501; this machine's without it")
    ] = "",
    query: Annotated[str, typer.Option(help="what the wall shows, scenes=overview,ranking&every=20")] = "",
    area: Area = "",
) -> None:
    """Make a wall's address and print it, this once."""
    if not label.strip():
        raise store.StoreError("a wall needs a label that says where it hangs")
    with _operator() as connection:
        token = connection.scalar(
            sa.text("select app.make_wall_token(:subdistrict, :label, :days)"),
            {"subdistrict": _subdistrict(connection, area), "label": label.strip(), "days": days},
        )
    pages = host.rstrip("/") or f"http://{own_address() or 'localhost'}:{Settings.load().port}"
    typer.echo(f"{pages}/enter{'?' + query if query else ''}#{token}")
    typer.echo("Open it once on the wall's browser, or make it the kiosk's address. It is not shown again.", err=True)


@commands.command("list")
def list_walls(area: Area = "") -> None:
    """List the walls: label, made, holds until, last seen."""
    with _operator() as connection:
        zone = ZoneInfo(str(connection.scalar(sa.text("select app.time_zone()"))))
        rows = connection.execute(
            sa.text(
                "select wall_id, label, created_at, expires_at, revoked_at, last_seen_at,"
                " expires_at <= clock_timestamp() as is_over"
                " from app.wall_tokens where subdistrict_id = :subdistrict order by wall_id"
            ),
            {"subdistrict": _subdistrict(connection, area)},
        ).all()
    table = Table("wall", "label", "made", "holds until", "last seen")
    for row in rows:
        until = "revoked " + _local(row.revoked_at, zone) if row.revoked_at else _local(row.expires_at, zone)
        over = " (over)" if row.is_over and not row.revoked_at else ""
        seen = _local(row.last_seen_at, zone)
        table.add_row(str(row.wall_id), row.label, _local(row.created_at, zone), until + over, seen)
    console.print(table)


@commands.command("revoke")
def revoke(wall: Annotated[int, typer.Argument(help="number of the wall")], area: Area = "") -> None:
    """Revoke a wall's address: an open wall turns it off within seconds."""
    with _operator() as connection:
        is_done = connection.scalar(
            sa.text("select app.revoke_wall_token(:subdistrict, :wall)"),
            {"subdistrict": _subdistrict(connection, area), "wall": wall},
        )
    if not is_done:
        raise store.StoreError(
            f"there is no wall {wall} whose address holds: python -m seed wall-token list shows them"
        )
    console.print(f"the address of wall {wall} is revoked")


@contextlib.contextmanager
def _operator() -> Iterator[sa.Connection]:
    """A transaction of the operator's, in a store whose schema is this release's."""
    with current() as (settings, _), store.engine(role_url(settings, "operator")).begin() as connection:
        yield connection


def _subdistrict(connection: sa.Connection, code: str) -> int:
    """The subdistrict of that code, or the store's first; raises StoreError where there is none."""
    found = connection.execute(
        sa.text(
            "select subdistricts.subdistrict_id from app.subdistricts"
            " inner join app.areas on subdistricts.subdistrict_id = areas.area_id"
            " where :code = '' or areas.code = :code order by subdistricts.subdistrict_id limit 1"
        ),
        {"code": code},
    ).scalar()
    if found is None:
        raise store.StoreError(f"there is no subdistrict {code!r}" if code else "the store holds no subdistrict yet")
    return int(found)


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "—" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
