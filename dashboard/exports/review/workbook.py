"""A review as a workbook: a sheet for each section with typed cells and charts of the workbook's own, a first sheet
that says what it is of, a last one with the definitions.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from xlsxwriter import Workbook

from dashboard.exports.review.looks import axis_format, series
from dashboard.exports.review.tables import distinct, value_of
from dashboard.review.table import About, Chart, Sentences, ShownSection, ShownTable, Value, check
from dashboard.text import Text
from dashboard.theme import theme

#: How a number is shown, by what the column holds.
_FORMS: Final[Mapping[str, str]] = {
    "count": "#,##0",
    "share": "0.0%",
    "change": "+0.00%;−0.00%;0.00%",
    "ratio": "0.0000",
    "minutes": "#,##0.0",
    "points": "0.0",
    "rank": "0",
    "number": "#,##0.00",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME: Final = 31
#: Characters: of a column, of the first one.
_NARROWEST, _WIDEST, _WIDEST_FIRST = 9, 24, 44
#: Rows of a table up to which its charts stand below it; beside a longer one.
_SHORT: Final = 12
_CHART_WIDTH, _ROW_HEIGHT, _BAR_HEIGHT = 640, 20, 18
_LINE: Final = 15


def workbook(about: About, sections: Sequence[ShownSection], sentences: Sentences, words: Text) -> bytes:
    """The file. Raises BrokenReviewError."""
    check(sections)
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    # the file's own time would make two files of one document differ
    book.set_properties(
        {
            "title": f"{about.title} · {about.period}",
            "comments": about.checksum,
            "created": about.at.replace(tzinfo=None),
        }
    )
    forms = _formats(book)
    titles = [words("About"), *(section.title for section in sections), words("Definitions")]
    names = distinct([title.translate(_NOT_IN_NAMES)[: _LONGEST_NAME - 4] for title in titles])
    _cover(_sheet(book, names[0], about), about, forms, words)
    for name, section in zip(names[1:-1], sections, strict=True):
        _Section(book, _sheet(book, name, about), name, forms).write(about, section, sentences.get(section.id, ()))
    _definitions(_sheet(book, names[-1], about), about, forms, words)
    book.close()
    return file.getvalue()


def _formats(book: Workbook) -> dict[str, Any]:
    look = theme("light")
    ink, quiet, line = look.ink["figure"], look.ink["quiet"], look.surface["line"]
    forms = {
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": ink}),
        "table": book.add_format({"bold": True, "font_size": 12, "font_color": ink}),
        "foot": book.add_format({"font_color": quiet}),
        "said": book.add_format({"font_color": ink, "font_size": 12}),
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bottom_color": ink, "font_color": ink}
        ),
        "text": book.add_format({"valign": "top", "indent": 1, "bottom": 4, "bottom_color": line}),
        "wrap": book.add_format({"valign": "top", "text_wrap": True}),
        "strong": book.add_format({"valign": "top", "text_wrap": True, "bold": True}),
    }
    for holds, form in _FORMS.items():
        forms[holds] = book.add_format({"num_format": form, "valign": "top", "bottom": 4, "bottom_color": line})
    return forms


def _sheet(book: Workbook, name: str, about: About) -> Any:
    """A sheet that prints on pages across, each with the foot."""
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{about.foot.replace('&', '&&')}&R&P / &N")
    return sheet


def _cover(sheet: Any, about: About, forms: Mapping[str, Any], words: Text) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, about.title, forms["title"])
    lines = [
        (words("Place"), about.place),
        (words("Period"), about.period),
        (words("As known at"), about.as_of),
        (words("Checksum (SHA-256)"), about.checksum),
        *([(words("Provisional"), about.provisional)] if about.provisional else []),
        (words("Shares"), words("are fractions shown as per cent; changes of shares are points")),
    ]
    for number, (head, said) in enumerate(lines, start=2):
        sheet.write_string(number, 0, head, forms["strong"])
        sheet.write_string(number, 1, said, forms["wrap"])


def _definitions(sheet: Any, about: About, forms: Mapping[str, Any], words: Text) -> None:
    sheet.write_string(0, 0, words("Definitions"), forms["title"])
    sheet.write_string(1, 0, about.foot, forms["foot"])
    heads = list(dict.fromkeys(head for each in about.definitions for head, _ in each.parts))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, max(len(heads), 1), 36)
    for place, head in enumerate([words("Figure"), *heads]):
        sheet.write_string(3, place, head, forms["head"])
    for number, each in enumerate(about.definitions, start=4):
        sheet.write_string(number, 0, each.name, forms["strong"])
        for head, said in each.parts:
            sheet.write_string(number, 1 + heads.index(head), said, forms["wrap"])
    sheet.freeze_panes(4, 1)


class _Section:
    """Writes one section from the top of its sheet to the bottom."""

    def __init__(self, book: Workbook, sheet: Any, name: str, forms: Mapping[str, Any]) -> None:
        self._book, self._sheet, self._name, self._forms = book, sheet, name, forms
        self._line = 0
        self._widths: dict[int, int] = {}

    def write(self, about: About, section: ShownSection, said: Sequence[str]) -> None:
        """Title, foot, sentences, then each table with its charts."""
        self._text(section.title, "title")
        self._text(about.foot, "foot")
        for sentence in said:
            self._text(sentence, "said")
        for table in section.tables:
            self._line += 1
            self._text(table.title, "table")
            if table.note:
                self._text(table.note, "foot")
            if table.columns and table.rows:
                self._table(table)
        for place, width in self._widths.items():
            self._sheet.set_column(place, place, width)

    def _text(self, said: str, form: str) -> None:
        self._sheet.write_string(self._line, 0, said, self._forms[form])
        self._line += 1

    def _table(self, table: ShownTable) -> None:
        head = self._line
        self._measure(table)
        for place, name in enumerate(table.heads):
            self._sheet.write_string(head, place, name, self._forms["head"])
        lines = max(-(-_length(name) // (self._widths[place] - 2)) for place, name in enumerate(table.heads))
        self._sheet.set_row(head, 4 + _LINE * min(lines, 4))
        for number, row in enumerate(table.rows, start=head + 1):
            for place, cell in enumerate(row):
                holds = table.holds[place]
                form = "ratio" if table.columns[place] == "p" else holds
                self._cell(number, place, value_of(cell, holds), self._forms.get(form, self._forms["text"]))
        end = head + len(table.rows) + 1
        self._line = max(end, self._charts(table, head, end))

    def _cell(self, line: int, place: int, value: Value, form: Any) -> None:
        """Text is text, whatever it begins with."""
        if value is None:
            self._sheet.write_blank(line, place, None, form)
        elif isinstance(value, str):
            self._sheet.write_string(line, place, value, self._forms["text"])
        elif isinstance(value, datetime):
            self._sheet.write_datetime(line, place, value.replace(tzinfo=None), form)
        elif isinstance(value, date):
            self._sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001
        else:
            self._sheet.write_number(line, place, value, form)

    def _measure(self, table: ShownTable) -> None:
        for place, head in enumerate(table.heads):
            texts = [row[place].text for row in table.rows]
            longest = max([_length(head) // 2, *(_length(text) for text in texts)], default=0) + 2
            most = _WIDEST_FIRST if place == 0 else _WIDEST
            self._widths[place] = max(self._widths.get(place, _NARROWEST), min(most, longest))

    def _charts(self, table: ShownTable, head: int, end: int) -> int:
        """Draw them below a short table, or beside a long one; the line below all of them."""
        is_short = len(table.rows) <= _SHORT
        line, place, lowest = (end + 1, 0, end) if is_short else (head, len(table.columns) + 1, end)
        shift = 0
        for chart in table.charts:
            height = _BAR_HEIGHT * (chart.last - chart.first + 1) * max(len(chart.series), 2) // 2 + 120
            drawn = self._chart(table, chart, head, max(height, 260))
            self._sheet.insert_chart(line, place, drawn, {"x_offset": shift, "object_position": 2})
            lines = max(height, 260) // _ROW_HEIGHT + 2
            lowest = max(lowest, line + lines)
            if is_short:
                shift += _CHART_WIDTH + 20
            else:
                line += lines
        return lowest

    def _chart(self, table: ShownTable, chart: Chart, head: int, height: int) -> Any:
        look = theme("light")
        drawn = self._book.add_chart({"type": "bar"})
        first, last = head + 1 + chart.first, head + 1 + chart.last
        label = table.place(chart.label)
        for (name, column), colour in zip(chart.series, series(len(chart.series)), strict=False):
            place = table.place(column)
            drawn.add_series(
                {
                    "name": _no_formula(name),
                    "categories": [self._name, first, label, last, label],
                    "values": [self._name, first, place, last, place],
                    "fill": {"color": look.series[colour]},
                    "border": {"color": look.series["before"], "width": 0.5},
                    "gap": 60,
                }
            )
        font = {"size": 9, "color": look.ink["text"]}
        drawn.set_title({"name": _no_formula(chart.title), "name_font": {"size": 11, "color": look.ink["figure"]}})
        drawn.set_y_axis({"reverse": True, "num_font": font, "line": {"color": look.surface["line"]}})
        scale: dict[str, Any] = {
            "num_format": axis_format(chart.form),
            "num_font": font,
            "major_gridlines": {"visible": True, "line": {"color": look.surface["line"], "width": 0.5}},
            "line": {"none": True},
            "label_position": "high",  # below the bars: the axis of names goes down
        }
        if chart.form == "minutes":
            scale["log_base"] = 10
        if chart.form == "change":
            drawn.set_y_axis({"reverse": True, "num_font": font, "label_position": "low"})
        drawn.set_x_axis(scale)
        drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom", "font": font})
        drawn.set_size({"width": _CHART_WIDTH, "height": height})
        return drawn


def _no_formula(text: str) -> str:
    """A name that the workbook would take for a reference."""
    return f"'{text}" if text.startswith("=") else text


def _length(text: str) -> int:
    """Columns a text takes; a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
