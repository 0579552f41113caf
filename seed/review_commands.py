"""Commands for the meeting: freeze a period's review, list what is frozen, see what has been restated since."""

from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from queries import freezes
from queries import store as place
from queries.review import changes, read_period
from queries.review.document import records
from queries.review.make import again
from seed import store
from seed.demo_load import utc_now
from seed.freezing import freeze as freeze_review
from seed.freezing import owner_of
from seed.opening import console, current

commands = typer.Typer()

_PERIOD = "2026-W47, 2026-11, 2026-11-02..2026-11-15, last-week, last-cycle or last-month"
_SUBDISTRICT = "its code, where the store holds several"


@commands.command()
def freeze(
    period: Annotated[list[str] | None, typer.Option(help=f"{_PERIOD}; may be given several times")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="as known at this moment, 2026-11-23T09:00; the newest without")
    ] = None,
    subdistrict: Annotated[str | None, typer.Option(help=_SUBDISTRICT)] = None,
    by: Annotated[str, typer.Option(help="who freezes it")] = "",
    once: Annotated[bool, typer.Option("--once", help="not a period that was frozen after its end before")] = False,
) -> None:
    """Keep the figures of a period (without one, of last week) for its meeting, as known at a moment, for ever."""
    with current() as (_, url), store.engine(url).begin() as connection:
        frozen = [
            freeze_review(connection, each, now=utc_now(), as_of=as_of, subdistrict=subdistrict, by=by, once=once)
            for each in period or ["last-week"]
        ]
    for review, number in frozen:
        state = "frozen before" if number is None else f"frozen as number {number}"
        running = "" if review.is_over else "; the period runs, so all of it is provisional"
        console.print(
            f"{review.subdistrict} {review.period.name} as of {review.as_of.isoformat()}: {state}{running}\n"
            f"checksum {review.checksum}",
            highlight=False,
            soft_wrap=True,
        )


@commands.command("freezes")
def freezes_of(
    subdistrict: Annotated[str | None, typer.Option(help=_SUBDISTRICT)] = None,
    period: Annotated[str | None, typer.Option(help=f"what has been restated since it was frozen: {_PERIOD}")] = None,
) -> None:
    """List frozen reviews, or what of one reads otherwise now."""
    with current() as (_, url), store.engine(url).connect() as connection:
        owner = owner_of(connection, subdistrict)
        if period is None:
            console.print(_listed(freezes.newest(connection, owner.subdistrict_id)))
            return
        chosen = read_period(period, utc_now().date())
        frozen = freezes.one(connection, owner.subdistrict_id, chosen)
        if frozen is None:
            raise store.StoreError(f"{chosen.name} was never frozen: python -m seed freeze --period {chosen.name}")
        vitals = place.vitals(connection, owner.subdistrict_id)
        assert vitals is not None and vitals.recorded_at is not None, "what is frozen was recorded"
        found = changes(frozen.review, again(connection, owner, frozen.review, vitals.recorded_at))
    table = Table("section", "table", "of", "what", "frozen", "now")
    for each in found:
        key = " ".join(str(part) for part in each.key if part != "")
        table.add_row(each.section, each.table, key, each.column.id, str(each.was), str(each.now))
    nothing = f"nothing of {chosen.name} has been restated since {frozen.frozen_at.isoformat(timespec='seconds')}"
    console.print(table if found else nothing)


def _listed(frame: pd.DataFrame) -> Table:
    table = Table("number", "period", "as of", "definitions", "frozen at", "by", "checksum")
    for row in records(frame):
        table.add_row(
            str(row["freeze_id"]),
            f"{row['period_from']}..{row['period_to']}",
            row["as_of"].isoformat(),
            row["definitions"],
            row["frozen_at"].isoformat(timespec="seconds"),
            row["frozen_by"],
            row["checksum"][:12],
        )
    return table
