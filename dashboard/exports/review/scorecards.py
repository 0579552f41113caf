"""Scorecards of all ranked units as one PDF: a page each, to be printed and handed out."""

from collections.abc import Iterator, Sequence

from dashboard.exports.review.press import Press
from dashboard.review.table import About, BrokenReviewError, Scorecard
from dashboard.text import Text


def cards(about: About, every: Sequence[Scorecard], words: Text) -> bytes:
    """The file. Raises BrokenReviewError where no unit was ranked, and fonts.NoFontError as ``paper`` does."""
    if not every:
        raise BrokenReviewError(words("Nobody was ranked in this period: there are no scorecards."))
    own, middle = words("this unit"), words("middle of its kind")
    texts = [about.title, about.period, own, middle, *_texts(every)]
    press = Press(texts, title=f"{about.title} · {about.period}", language=about.language, at=about.at)
    for number, card in enumerate(every):
        if number:
            press.page()
        press.heading(card.name, 24)
        press.paragraph(f"{card.kind} · {about.title} · {about.period}", 10, is_quiet=True)
        press.gap(6)
        for said in card.said:
            press.paragraph(said, 11.5)
        press.gap(10)
        press.table(card.parts)
        press.gap(6)
        labels = [name for name, _, _ in card.bars]
        series = [
            (own, [points for _, points, _ in card.bars]),
            (middle, [points for _, _, points in card.bars]),
        ]
        shown = [[words.number(value or 0.0, 1) for value in values] for _, values in series]
        press.bars(labels, series, shown, ends=(0.0, 112.0))
    return press.bytes(about.foot)


def _texts(every: Sequence[Scorecard]) -> Iterator[str]:
    for card in every:
        yield from (card.name, card.kind, *card.said, *card.parts.heads)
        for row in card.parts.rows:
            yield from row
