"""Commands of a duty desk: the operating mode, its watch, and the devices paired with it."""

from typing import Annotated

import typer
from rich.table import Table

from seed.demo_load import utc_now
from seed.opening import console, current
from seed.settings import role_url

commands = typer.Typer()


@commands.command()
def mode(
    to: Annotated[str, typer.Argument(help="normal, emergency, or auto: let the rules of queries/mode.toml decide")],
    reason_zh: Annotated[str, typer.Option(help="why, in Chinese; stands on the wall")] = "",
    reason_en: Annotated[str, typer.Option(help="why, in English")] = "",
) -> None:
    """Switch between normal and emergency mode; it stays until a person changes it or hands it back with auto."""
    from seed.duty import set_mode

    with current() as (settings, _):
        for name, held in set_mode(role_url(settings, "operator"), to, reason_zh, reason_en):
            console.print(f"{name}: {held}")


@commands.command("watch-mode")
def watch_mode() -> None:
    """Turn the mode by the rules of queries/mode.toml, until stopped."""
    from seed.watch_mode import run_watch

    with current() as (settings, _):
        run_watch(role_url(settings, "operator"))


@commands.command()
def pair(
    officer: Annotated[str, typer.Option(help="name of the duty officer")],
    hours: Annotated[float, typer.Option(help="how long the address holds, at most 72")] = 12.0,
    subdistrict: Annotated[str, typer.Option(help="code of the subdistrict; the first one where not given")] = "",
) -> None:
    """Print the addresses by which an officer's phone or laptop does what is done by name: acknowledges, hands over."""
    from seed.duty import addresses, pair_device

    with current() as (settings, _):
        token = pair_device(role_url(settings, "operator"), officer, hours, subdistrict)
        for address in addresses(settings.port, token, uploads=settings.uploads == "paired"):
            typer.echo(address)


@commands.command()
def pairings(rows: Annotated[int, typer.Option(help="rows shown")] = 20) -> None:
    """List the paired devices, newest first."""
    from seed.duty import paired_devices

    with current() as (settings, _):
        table = Table("number", "officer", "from", "until", "last seen", "state")
        for row in paired_devices(role_url(settings, "operator"), utc_now(), rows):
            table.add_row(*row)
        console.print(table)


@commands.command()
def unpair(number: Annotated[int, typer.Argument(help="of the pairing, as pairings lists it")]) -> None:
    """Revoke a pairing: the device can do nothing any more."""
    from seed.duty import revoke_pairing

    with current() as (settings, _):
        revoke_pairing(role_url(settings, "operator"), number)
        console.print(f"pairing {number} is revoked")
