"""Commands on personal data: erase it, say for how long it is kept, mask anew what stands."""

from typing import Annotated

import sqlalchemy as sa
import typer

from seed import store
from seed.demo_load import utc_now
from seed.opening import console, current

commands = typer.Typer()


@commands.command()
def erase(
    party: Annotated[str, typer.Option(help="a person's number as the sources hand it in: phone or identity")] = "",
    case: Annotated[str, typer.Option(help="the number of a case: its person is erased, in all their cases")] = "",
    source: Annotated[str, typer.Option(help="of the case, where several sources number alike")] = "",
    by: Annotated[str, typer.Option(help="who does it, for the record; the account's name where not given")] = "",
) -> None:
    """Erase one person's data everywhere, or (without a person) all whose retention period is over.

    Figures do not change. That it was done is kept in app.erasures; what was erased is not.
    """
    from seed import erasure

    with current() as (_, url):
        console.print(str(erasure.erase(url, party, case, source, by or erasure.who(), utc_now())))


@commands.command()
def retention(
    days: Annotated[int | None, typer.Argument(help="days after the report; prints the period where not given")] = None,
) -> None:
    """Print or set for how many days personal data is kept."""
    from seed import erasure

    with current() as (_, url), store.engine(url).begin() as connection:
        console.print(f"personal data is kept for {erasure.retention_days(connection, days):,} days after the report")


@commands.command("mask-again")
def mask_again() -> None:
    """Mask the free text of the store once more: after a release that masks more than the one that took it in."""
    with current() as (_, url), store.engine(url).begin() as connection:
        for subdistrict_id, name in store.subdistricts(url):
            rows = connection.scalar(sa.text("select app.mask_again(:id)"), {"id": subdistrict_id})
            console.print(f"{name}: {rows or 0:,} rows of the log masked anew")
