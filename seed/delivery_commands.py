"""The command that delivers frozen reviews, and that a timer runs again until all are delivered."""

import shlex
from typing import Annotated
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import typer

from queries import deliveries, freezes
from queries import store as places
from queries.filters import Filter
from queries.freezes import Frozen
from queries.review import Period, read_period
from queries.review.document import records
from seed import store
from seed.delivering import MAKER, MOST_ATTEMPTS, Delivering, deliver
from seed.demo_load import utc_now
from seed.freezing import owner_of
from seed.mailing import Server
from seed.opening import console, current
from seed.settings import Settings, SettingsError, role_url

commands = typer.Typer()


@commands.command("deliver")
def deliver_reviews(
    period: Annotated[
        list[str] | None, typer.Option(help="2026-W47, last-week, last-cycle …; may be given several times")
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="try again what failed before")] = False,
    subdistrict: Annotated[str | None, typer.Option(help="its code, where the store holds several")] = None,
    maker: Annotated[str, typer.Option(help="the command that makes the files", hidden=True)] = "",
) -> None:
    """Put the files of frozen reviews into DELIVER_DIR and mail them to DELIVER_TO (SMTP_HOST); exit 1 where it failed.

    What is delivered already is not delivered again: nobody gets a review twice.
    """
    with current() as (settings, _):
        how = delivering(settings, maker)
        url = role_url(settings, "operator")
        with store.engine(url).connect() as connection:
            owner = owner_of(connection, subdistrict)
            chosen = {each.freeze_id: each for each in _frozen(connection, owner, period, retry=retry)}
            if retry:
                chosen |= {each.freeze_id: each for each in _failed(connection, owner)}
        failed = False
        for frozen in chosen.values():
            done = deliver(url, frozen, how, utc_now())
            failed |= not all(each.is_done for each in done)
            said = [f"{each.way}: {each.outcome}" for each in done] or ["delivered before"]
            console.print(
                f"{owner.code} {frozen.review.period.name}: {'; '.join(said)}",
                markup=False, highlight=False, soft_wrap=True,
            )  # fmt: skip
        if not chosen:
            console.print("nothing is left to be delivered")
    if failed:
        raise typer.Exit(1)


def delivering(settings: Settings, maker: str = "") -> Delivering:
    """How the environment says that reviews are delivered. Raises SettingsError for a server without a sender."""
    mail = None
    if settings.smtp_host is not None and settings.deliver_to:
        sender = settings.smtp_from or settings.smtp_user
        if "@" not in sender:
            raise SettingsError("SMTP_FROM: the address that mail is sent from is not set.")
        mail = Server(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            sender=sender,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            certificates=settings.smtp_certificates,
        )
    return Delivering(
        folder=settings.deliveries_folder,
        languages=settings.deliver_languages.split(","),
        formats=settings.deliver_formats.split(","),
        mail=mail,
        to=[each for each in settings.deliver_to.split(",") if each],
        maker=shlex.split(maker) or MAKER,
        reader_url=role_url(settings, "reader"),
    )


def _frozen(connection: sa.Connection, owner: places.Owner, periods: list[str] | None, *, retry: bool) -> list[Frozen]:
    """The newest freeze of each period named, of last week without one. Raises StoreError where one is not frozen; said
    alone with ``retry``.
    """
    today = utc_now().astimezone(ZoneInfo(owner.time_zone)).date()
    found = []
    for each in periods or ([] if retry else ["last-week"]):
        period: Period = read_period(each, today)
        frozen = freezes.one(connection, owner.subdistrict_id, period)
        if frozen is not None:
            found.append(frozen)
        elif retry:  # a timer comes again
            console.print(f"{owner.code} {period.name}: not frozen yet", markup=False, highlight=False)
        else:
            raise store.StoreError(f"{period.name} is not frozen: python -m seed freeze --period {period.name}")
    return found


def _failed(connection: sa.Connection, owner: places.Owner) -> list[Frozen]:
    """Reviews whose newest attempt failed, not too often yet; those that no later freeze took the place of."""
    asked = Filter(owner.subdistrict_id, utc_now(), owner.time_zone)
    found = []
    for row in records(deliveries.newest(connection, asked, rows=200)):
        if row["is_done"] or row["attempt"] >= MOST_ATTEMPTS:
            continue
        period = read_period(f"{row['period_from']}..{row['period_to']}", row["period_to"])
        frozen = freezes.one(connection, owner.subdistrict_id, period)
        if frozen is not None and frozen.freeze_id == row["freeze_id"]:
            found.append(frozen)
    return found
