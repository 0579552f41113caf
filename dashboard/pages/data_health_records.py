"""What the data-health page asks for itself: late records, missing files, findings, the worth of forecasts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.live import NoAnswerError, questions
from dashboard.live.questions import Evaluation, Filter, Findings, Reached
from dashboard.pages.laptop.frame import local
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Address
from dashboard.pages.reasons import noticed
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: Title, name, heads, cells (markup already), and what is said where there is no row.
Table = tuple[str, str, Sequence[str], Sequence[Sequence[str]], str]

#: Findings shown of each sort.
_MOST: Final = 8


def tables(snapshot: Snapshot, words: Text, address: Address) -> list[Table]:
    """The tables below those of the picture; none while the store does not answer."""
    place = snapshot.place
    filter = Filter(place.subdistrict_id, snapshot.as_of, place.time_zone)
    try:
        found = questions.records(filter)
        told = questions.findings_of_the_day(filter, place.unit_level)
    except NoAnswerError:
        return []
    return [
        _late(found.late, words),
        _files(found.files, filter, snapshot.made_at, words),
        _noticed(found.noticed, words),
        _findings(told, snapshot, words, address),
        _worth(questions.evaluation("risk"), words),
        _verified(found, filter, words),
        _deliveries(found.deliveries, filter, words),
    ]


def _late(frame: pd.DataFrame, words: Text) -> Table:
    heads = (
        words("source"),
        words("rows"),
        words("over an hour late"),
        words("over a day late"),
        words("the latest by"),
    )
    cells = [
        (
            e(words.label(row) or row.source),
            e(words.number(row.recorded)),
            e(_share(row.hour_late, row.recorded, words)),
            e(_share(row.day_late, row.recorded, words)),
            e(words.duration(row.longest_seconds)),
        )
        for row in rows(frame)
    ]
    return words("Recorded late, 7 days"), "late", heads, cells, words("Nothing was recorded in 7 days")


def _share(part: int, whole: int, words: Text) -> str:
    return f"{words.number(part)} · {words.percent(part / whole)}" if part else "0"


def _files(frame: pd.DataFrame, filter: Filter, now: datetime, words: Text) -> Table:
    """``now``: the moment of the picture. Where no file comes in, nothing moves what is known any further."""
    heads = (words("source"), words("last file"), words("came"), words("usually every"), words("next expected by"))
    cells = []
    for row in rows(frame):
        is_missing = not pd.isna(row.expected_by) and row.expected_by < pd.Timestamp(now)
        by = "—" if pd.isna(row.expected_by) else _at(row.expected_by, filter, words)
        every = "—" if pd.isna(row.days_apart) else words.many("{n} day", "{n} days", int(row.days_apart))
        said = f'<b class="over">{e(words("did not come, expected by {time}", time=by))}</b>' if is_missing else e(by)
        name = (
            e(words.label(row) or row.source),
            e(row.file_name),
            e(_at(row.last_at, filter, words)),
            e(every),
            said,
        )
        cells.append(name)
    return words("Files"), "files", heads, cells, words("No source hands in files")


def _noticed(frame: pd.DataFrame, words: Text) -> Table:
    """Traps that real files hold: each is handled by a rule of the importers and counted."""
    heads = (words("source"), words("noticed"), words("cases"))
    named = noticed(words)
    cells = [
        (e(words.label(row) or row.source), e(named.get(row.code, row.code)), e(words.number(row.counted)))
        for row in rows(frame)
    ]
    return words("Noticed in the newest files"), "noticed", heads, cells, words("Nothing was noticed in a file")


def _findings(found: Findings | None, snapshot: Snapshot, words: Text, address: Address) -> Table:
    """What is to be looked at in the figures of the last 28 days, as of this morning."""
    title = words("Figures to be looked at, 28 days")
    heads = (
        words("finding"),
        words("where"),
        words("observed of all"),
        words("expected number"),
        words("rate, and without these"),
    )
    if found is None:
        return title, "findings", heads, [], words("Being worked out; shown here in a minute")
    named, cells = questions.figures(), []
    areas = {int(row.area_id): row for row in (*rows(snapshot.grids), *rows(snapshot.communities))}
    for row in rows(found.units.head(_MOST)):
        area = areas.get(int(row.area_id))
        figure = named.get(row.finding)
        name = words.label({"name_zh": figure.name_zh, "name_en": figure.name_en}) if figure else row.finding
        to = address.to("figures", figure=row.finding, area=None if area is None else area.code)
        values = f"{_rate(row.value, words)} → {_rate(row.value_without, words)}" if row.figure else ""
        cells.append(
            (
                f"<a {link(to)}>{e(name)}</a>",
                e("" if area is None else words.label(area)),
                e(f"{words.number(row.observed)} / {words.number(row.n)}"),
                e(words.small(float(row.expected))),
                e(values),
            )
        )
    for row in rows(found.sources.head(_MOST)):
        name = source_words(words).get(row.finding, row.finding)
        cells.append(
            (
                e(name),
                e(words.label(row) or row.source),
                e(words.number(row.observed)),
                e(_small(row.expected, words)),
                "",
            )
        )
    return title, "findings", heads, cells, words("Nothing stands out")


def source_words(words: Text) -> dict[str, str]:
    """What may be found of a source."""
    return {
        "source_silent": words("Reports nothing"),
        "source_repeats": words("Repeats its records"),
        "source_sent_again": words("Sends a batch again"),
    }


def _small(expected: Any, words: Text) -> str:
    return "" if pd.isna(expected) else words.small(float(expected))


def _rate(value: float, words: Text) -> str:
    """A rate; of a finding of counts a number."""
    if value != value:
        return "—"
    return words.percent(value) if value <= 1 else words.number(value)


def aim_words(words: Text) -> dict[str, str]:
    """What the study of the risk index wanted, by its own names of it."""
    load, unusual = words("Expected load"), words("Unusual")
    said = {
        "capture in the top {share}% against yesterday": words("capture in the top {share} % over yesterday's count"),
        "capture in the top {share}% against mean_28_days": words("capture in the top {share} % over the 28-day mean"),
        "top {share}%, of the ceiling's capture": words("capture in the top {share} % of the best possible"),
    }
    named = {
        f"expected_load, {aim.format(share=share)}": words("{index}: {aim}", index=load, aim=text.format(share=share))
        for aim, text in said.items()
        for share in (10, 20)
    }
    alarms = words("{index}: {aim}", index=unusual, aim=words("false alarms over all grids"))
    return named | {"unusual, false alarms over all grids": alarms}


def _worth(study: Evaluation | None, words: Text) -> Table:
    """What the study of the risk index wanted and got."""
    heads = (words("aim"), words("wanted"), words("got"), "")
    named = aim_words(words)
    cells = [
        (
            e(named.get(aim.aim, aim.aim)),
            e(f"{'≥' if aim.at_least else '≤'} {_got(aim, aim.wanted, words)}"),
            e(_got(aim, aim.got, words)),
            e(words("reached")) if aim.is_reached else f'<b class="over">{e(words("missed"))}</b>',
        )
        for aim in (study.reached if study else ())
    ]
    title = words("How well the risk index did")
    if study:
        title += " · " + words("measured on demo data, {day}", day=words.day(study.made_on))
    return title, "worth", heads, cells, words("Not measured yet")


def _got(aim: Reached, value: float, words: Text) -> str:
    units = {"%": f"{words.number(value, 1)}%", "×": f"{words.number(value, 2)}×"}
    weekly = words("{n} a week", n=words.number(value, 2))
    return units.get(aim.unit, weekly if aim.unit == "a week" else words.number(value, 2))


def _verified(found: questions.Records, filter: Filter, words: Text) -> Table:
    heads = (words("recomputed from the log"), words("differences"))
    cells = []
    if found.verified is not None:
        count = words.number(found.verified.differences)
        differs = f'<b class="over">{e(count)}</b>' if found.verified.differences else e(count)
        cells.append((e(_at(found.verified.verified_at, filter, words)), differs))
    never = words("Never recomputed: python -m seed verify does it")
    return words("Sums verified against the log"), "verified", heads, cells, never


def delivery_words(words: Text) -> dict[str, str]:
    """What stands in the way of a delivery, by queries.deliveries.REASONS."""
    return {
        "files": words("the files were not made"),
        "server": words("the mail server cannot be used"),
        "refused": words("the server refused addresses or the message"),
        "unknown": words("of some it is not known whether it came"),
    }


def _deliveries(frame: pd.DataFrame, filter: Filter, words: Text) -> Table:
    """How frozen reviews went out: the newest attempt of each way."""
    heads = (words("review"), words("way"), words("last attempt"), words("recipients"), words("outcome"))
    named = delivery_words(words)
    cells = []
    for row in rows(frame):
        why = named.get(row.reason, "")
        if row.is_done:
            said = e(words("delivered: {why}", why=why) if why else words("delivered"))
        else:
            attempt = words("failed, attempt {n}", n=words.number(row.attempt))
            said = f'<b class="over">{e(attempt)}</b> {e(why)}'
        way = words("by mail") if row.way == "mail" else words("into the folder")
        cells.append(
            (
                e(words.days(row.period_from, row.period_to)),
                e(way),
                e(_at(row.delivered_at, filter, words)),
                e(words.number(row.recipients) if row.way == "mail" else "—"),
                said,
            )
        )
    return words("Reviews delivered"), "deliveries", heads, cells, words("No review was delivered yet")


def _at(moment: Any, filter: Filter, words: Text) -> str:
    at = local(moment, filter.time_zone)
    return f"{words.day(at.date())} {at:%H:%M}"
