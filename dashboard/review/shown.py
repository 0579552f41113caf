"""What is shown of a frozen review, in one language, from the document alone: no store is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from dashboard.review import heads, printed, printing
from dashboard.review.cells import cell
from dashboard.review.charts import charts_of
from dashboard.review.coded import fact_value, figure_name
from dashboard.review.table import About, BrokenReviewError, Definition, Printed, ShownCell, ShownSection, ShownTable
from dashboard.text import Text
from queries import catalogue
from queries.review.document import Holds, Review, Section, Table
from queries.review.period import Period, Span

#: Parts of a meeting without which a document is not whole.
NEEDED: Final = ("headline", "why", "ranking", "lists", "departments", "stages", "work", "findings")
#: Digits of the checksum that stand on each page.
DIGITS: Final = 12
#: Shown in words with another table.
_ABOUT: Final = ("ranking", "followed", "restated", "condition", "risk", "matters")
_SAID: Final = frozenset({"ranking_parts", *(f"{part}_about" for part in _ABOUT)})
#: Figures of a section beside those that its tables name.
_FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "counts": ("volume",),
    "ranking": ("assessment", "assessment_tier", "assessment_change"),
    "stock": ("backlog_movement",),
    "variable": ("variable",),
    "departments": ("escalation_answer", "escalations_waiting"),
    "clocks": ("stage_clocks",),
    "field_work": ("field_work",),
    "load": ("load_per_member",),
    "condition": ("condition_index",),
    "risk_units": ("risk_level",),
    "risk_capture": ("expected_load",),
    "risk_alarms": ("unusual",),
    "increment_types": ("increment_period",),
}


def shown(review: Review, words: Text, *, is_begun: bool = False) -> list[ShownSection]:
    """The sections in their order. ``is_begun``: the others are still asked; else BrokenReviewError is raised for a
    document that is not whole.
    """
    _check(review, () if is_begun else NEEDED)
    zone = ZoneInfo(review.time_zone)
    return [_section(section, review, zone, words) for section in review.sections]


def about(review: Review, words: Text) -> About:
    """What every page of every file says of the document, and how its figures are defined."""
    place = review.name.get(words.language) or next(iter(review.name.values()), review.subdistrict)
    period, as_of = period_words(review, words), as_of_words(review, words)
    provisional = "" if review.is_over else words("provisional: the period was not over")
    said = [
        period,
        words("as known at {time}", time=as_of),
        words("document {digits}", digits=review.checksum[:DIGITS]),
        *([provisional] if provisional else []),
    ]
    return About(
        language=words.language,
        place=place,
        title=words("Review: {place}", place=place),
        period=period,
        as_of=as_of,
        at=review.as_of.astimezone(ZoneInfo(review.time_zone)),
        checksum=review.checksum,
        provisional=provisional,
        foot=" · ".join(said),
        definitions=tuple(_definition(figure, words) for figure in _figures(review)),
    )


def foot(review: Review, words: Text) -> str:
    """What every page bears: period, moment, first digits of the checksum, and that it is provisional."""
    return about(review, words).foot


def period_words(review: Review, words: Text) -> str:
    """Week 47 of 2026, 16–22 Nov; 2026年第47周（11月16日–22日）."""
    period = review.period
    year, week, _ = period.first.isocalendar()
    if period.span is Span.WEEK:
        return words("Week {week} of {year}, {days}", week=week, year=year, days=words.days(period.first, period.last))
    if period.span is Span.MONTH:
        return _month(period.first, words)
    days = _days(period, words)
    return words("Assessed cycle {days}", days=days) if period.span is Span.CYCLE else days


def as_of_words(review: Review, words: Text) -> str:
    """23 Nov 2026 09:00, on the place's clock."""
    return f"{words.long_day(review.as_of, review.time_zone)} {words.clock(review.as_of, review.time_zone)}"


def _month(day: date, words: Text) -> str:
    return str(format_date(day, format="y年M月" if words.language == "zh" else "MMMM y", locale=words.locale))


def _days(period: Period, words: Text) -> str:
    """The days with their year; with both where they differ."""
    first, last = period.first, period.last
    if first.year != last.year:
        return f"{_with_year(first, words.day(first), words)}–{_with_year(last, words.day(last), words)}"
    return _with_year(first, words.days(first, last), words)


def _with_year(day: date, said: str, words: Text) -> str:
    return f"{day.year}年{said}" if words.language == "zh" else f"{said} {day.year}"


def _check(review: Review, needed: Iterable[str]) -> None:
    held = {section.id: section for section in review.sections}
    for id in needed:
        if id not in held or not held[id].tables:
            raise BrokenReviewError(f"The review lacks its section {id!r}: nothing is made of it.")
    for section in review.sections:
        for table in section.tables:
            if any(len(row) != len(table.columns) for row in table.rows):
                raise BrokenReviewError(f"A row of the table {table.id!r} does not have the table's columns.")


def _section(section: Section, review: Review, zone: ZoneInfo, words: Text) -> ShownSection:
    section = _named(section)
    notes = {"ranking": _about_ranking(section, words)} if section.id == "ranking" else {}
    tables = tuple(_table(table, notes.get(table.id, ""), zone, words) for table in section.tables)
    return ShownSection(section.id, heads.section_title(section.id, words), tables)


def _named(section: Section) -> Section:
    """With names in the place of keys of areas, where another table of the section has them."""
    names: dict[Any, Any] = {}
    for table in section.tables:
        held = {column.id: column.holds for column in table.columns}
        if held.get("area") is Holds.KEY and held.get("name") is Holds.NAME:
            names |= {record["area"]: record["name"] for record in table.records()}
    return replace(section, tables=tuple(_with_names(table, names) for table in section.tables))


def _with_names(table: Table, names: Mapping[Any, Any]) -> Table:
    ids = [column.id for column in table.columns]
    if "area" not in ids or "name" in ids or table.columns[ids.index("area")].holds is not Holds.KEY or not names:
        return table
    place = ids.index("area")
    rows = tuple((*row[:place], names.get(row[place], row[place]), *row[place + 1 :]) for row in table.rows)
    return replace(table, rows=rows)


def _table(table: Table, further: str, zone: ZoneInfo, words: Text) -> ShownTable:
    hidden = _hidden(table)
    columns = [column for column in table.columns if column.id not in hidden]
    every = [
        {column.id: cell(table.id, column.id, column.holds, record, zone, words) for column in columns}
        for record in table.records()
    ]
    ids, named = [column.id for column in columns], [heads.head(table.id, column.id, words) for column in columns]
    rows = tuple(tuple(row[id] for id in ids) for row in every)
    return ShownTable(
        id=table.id,
        title=heads.table_title(table.id, words),
        columns=tuple(ids),
        heads=tuple(named),
        holds=tuple(column.holds.value for column in columns),
        rows=rows,
        printed=_printed(table, ids, named, every, words),
        charts=charts_of(table.id, ids, rows, words),
        note=_note(table, further, words),
        is_said=table.id in _SAID,
    )


def _printed(table: Table, ids: list[str], named: list[str], rows: list[dict[str, ShownCell]], words: Text) -> Printed:
    """In the table's own form, where it has all columns that this needs."""
    own = printed.columns_of(table.id, words) if table.columns else None
    if own is not None:
        try:
            return printing.printed(own, rows)
        except KeyError:  # a document of other columns: shown as it stands
            pass
    holds = {column.id: column.holds.value for column in table.columns}
    return printing.as_it_stands(ids, named, [holds[id] for id in ids], rows)


#: Keys that say something beside a name.
_TELLING: Final = frozenset({"cutoff", "column", "rule"})


def _hidden(table: Table) -> frozenset[str]:
    """Keys that are told by a name beside them, and mean nothing to a reader."""
    names = {column.id for column in table.columns if column.holds is Holds.NAME}
    pairs = zip(table.columns, table.columns[1:], strict=False)
    told = {key.id for key, name in pairs if key.holds is Holds.KEY and name.holds is Holds.NAME and name.id == "name"}
    told |= {column.id for column in table.columns if f"{column.id}_name" in names}
    if "name" in names:
        told |= {"of"}
    if table.id == "restated":
        told |= {"key", "holds"}
    return frozenset(told) - _TELLING


def _note(table: Table, further: str, words: Text) -> str:
    if table.not_recorded:
        return words("not recorded")
    if not table.rows:
        return heads.empty_note(table.id, words)
    stop = "。" if words.language == "zh" else ". "
    return stop.join(note for note in (further, heads.table_note(table.id, words)) if note)


def _about_ranking(section: Section, words: Text) -> str:
    """Which level was ranked, and what is known of the subdistrict's half of the score."""
    facts: dict[str, Any] = {}
    for table in section.tables:
        if table.id == "ranking_about":
            facts = {str(record["fact"]): record["value"] for record in table.records()}
    if not facts:
        return ""
    level = fact_value("level", str(facts.get("level") or ""), words)
    marks = fact_value("marks", str(facts.get("marks") or ""), words)
    said = words("Ranked: {level}. The subdistrict's marks: {marks}", level=level, marks=marks)
    without = str(facts.get("without_marks") or "0")
    return words("{said}; units without: {n}", said=said, n=without) if without != "0" else said


def _figures(review: Review) -> list[str]:
    """The figures that the review is made of, each once, those of the headline first."""
    found: list[str] = []
    for section in review.sections:
        for table in section.tables:
            found += _FIGURES.get(table.id, ())
            names = [column.id for column in table.columns if column.id in ("figure", "finding")]
            found += [str(record[name]) for record in table.records() for name in names if record[name]]
            if table.id.startswith("why_"):
                found.append(table.id.removeprefix("why_"))
    return [figure for figure in dict.fromkeys(found) if figure in catalogue.figures()]


def _definition(id: str, words: Text) -> Definition:
    figure = catalogue.figures()[id]
    parts = {
        words("Formula"): words.label(figure, "formula"),
        words("Numerator"): words.label(figure, "numerator"),
        words("Denominator"): words.label(figure, "denominator"),
        words("Cases counted"): words.label(figure, "cohort"),
        words("Left out"): words.label(figure, "exclusions"),
        words("Follow-up"): words.label(figure, "follow_up"),
    }
    return Definition(figure_name(id, words), tuple((head, said) for head, said in parts.items() if said))
