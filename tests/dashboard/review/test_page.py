"""The page shows the rows that the files print, which are the frozen document's: cell by cell, in both languages."""

import re
from html import unescape

import pytest

from dashboard.pages.review_table import MOST, table
from dashboard.text import text
from tests.dashboard.review.documents import bare, document, drawn, numbers


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_every_row_and_every_number_of_the_document(language: str) -> None:
    words, rows = text(language), 0
    _, sections = drawn(words)
    for section in sections:
        for shown in section.tables:
            if shown.is_said:
                continue
            markup = table(shown, words, with_title=True)
            read = [
                bare(unescape(re.sub(r"<svg.*?</svg>|<[^>]*>", "", line)))
                for line in re.findall(r"<tr>.*?</tr>", markup.partition("<tbody>")[2], re.DOTALL)
            ]
            wanted = [bare("".join(row)) for row in shown.printed.rows]
            assert read == wanted[:MOST], shown.id
            assert len(wanted) <= MOST or str(len(wanted) - MOST) in markup
            rows += len(read)
            if shown.id == "rates":
                for line, figures in zip(read, numbers(document().table("rates")), strict=True):
                    assert all(bare(figure) in line for figure in figures), line
    assert rows > 150
