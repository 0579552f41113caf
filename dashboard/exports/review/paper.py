"""A review on paper: A4, with every table, its bars, and the definitions of its figures."""

from collections.abc import Iterator, Sequence

from dashboard.exports.review.bars import Bars, bars
from dashboard.exports.review.press import Press
from dashboard.review.table import About, Sentences, ShownSection, ShownTable, check
from dashboard.text import Text


def paper(about: About, sections: Sequence[ShownSection], sentences: Sentences, words: Text) -> bytes:
    """The file. Raises BrokenReviewError, and fonts.NoFontError where no font on the machine holds its letters."""
    check(sections)
    cover = _cover(about, words)
    texts = [*cover, words("Definitions"), *_texts(about, sections, sentences, words)]
    press = Press(texts, title=f"{about.title} · {about.period}", language=about.language, at=about.at)
    press.heading(about.title, 22)
    for number, line in enumerate(cover):
        press.paragraph(line, 12 if number == 0 else 9, is_quiet=number > 0)
    for section in sections:
        _section(press, section, [said for said in sentences.get(section.id, ()) if said], words)
    _definitions(press, about, words)
    return press.bytes(about.foot)


def _cover(about: About, words: Text) -> list[str]:
    return [
        about.period,
        words("as known at {time}", time=about.as_of),
        words("checksum {sum}", sum=about.checksum),
        *([about.provisional] if about.provisional else []),
    ]


def _section(press: Press, section: ShownSection, said: Sequence[str], words: Text) -> None:
    press.gap(12)
    press.heading(section.title, 16, further=90)
    for sentence in said:
        press.paragraph(sentence, 10.5)
    for table in section.tables:
        if not table.is_said:
            _table(press, table, words, is_alone=table.title == section.title)


def _table(press: Press, table: ShownTable, words: Text, *, is_alone: bool) -> None:
    if not is_alone:
        press.gap(4)
        press.heading(table.title, 11, further=70 if table.printed.rows else 20)
    if table.note:
        press.paragraph(table.note, 8, is_quiet=True)
    if not table.printed.rows:
        return
    press.table(table.printed)
    for chart in table.charts:
        _bars(press, bars(table, chart, words))


def _bars(press: Press, drawn: Bars) -> None:
    if not drawn.labels:
        return
    press.heading(drawn.title, 9.5, further=min(14.0 * len(drawn.labels), 160) + 20)
    press.bars(drawn.labels, drawn.series, drawn.texts, ends=drawn.ends, is_log=drawn.form == "minutes")


def _definitions(press: Press, about: About, words: Text) -> None:
    if not about.definitions:
        return
    press.gap(12)
    press.heading(words("Definitions"), 16)
    for each in about.definitions:
        press.heading(each.name, 9.5, further=24)
        joint = "；" if about.language == "zh" else "; "
        press.paragraph(joint.join(_defined(about, each.parts)), 8, is_quiet=True)


def _defined(about: About, parts: Sequence[tuple[str, str]]) -> list[str]:
    colon = "：" if about.language == "zh" else ": "
    return [f"{head}{colon}{said}" for head, said in parts]


def _texts(about: About, sections: Sequence[ShownSection], sentences: Sentences, words: Text) -> Iterator[str]:
    """Everything that may be printed, so that a font is chosen that holds it."""
    yield from (about.title, about.foot)
    for each in about.definitions:
        yield each.name
        yield from _defined(about, each.parts)
        yield "；; "
    for said in sentences.values():
        yield from said
    for section in sections:
        yield section.title
        for table in section.tables:
            yield from (table.title, table.note, *table.printed.heads)
            yield from (text for row in table.printed.rows for text in row)
            yield from (cell.text for row in table.rows for cell in row)
            for chart in table.charts:
                yield bars(table, chart, words).title
                yield from (name for name, _ in chart.series)
