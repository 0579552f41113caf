"""The files of a review, read back: every number of the document stands in each, on every page what it is of; what is
not whole gives no file. After a change that is meant, run this module with GOLDEN=write and look at the difference.
"""

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import openpyxl
import pypdf
import pytest
from pptx import Presentation

from dashboard.exports.review import fonts
from dashboard.exports.review.fit import Style, fit, lines_of, pages, rough
from dashboard.exports.review.paper import paper
from dashboard.exports.review.slides import slides
from dashboard.exports.review.tables import tables
from dashboard.exports.review.workbook import workbook
from dashboard.review.shown import about as about_of
from dashboard.review.shown import shown
from dashboard.review.table import BrokenReviewError, Printed, ShownSection, ShownTable
from dashboard.text import Text, text
from queries.review.document import Holds, Review, Section, table_of
from tests.dashboard.review.documents import GOLDEN, SAID, bare, document, drawn

ZH, EN = text("zh"), text("en")
LANGUAGES: Final = pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
DIGITS: Final = document().checksum[:12]
#: Of a page of paper or a slide: half a point may be lost in rounding.
LOOSE: Final = 6350
MAKERS: Final[list[Callable[..., bytes]]] = [slides, workbook, paper]


def sentences(words: Text) -> dict[str, list[str]]:
    return {section: [said[1 if words is ZH else 0]] for section, said in SAID.items()}


def printed_tables(words: Text) -> Iterator[ShownTable]:
    _, sections = drawn(words)
    for section in sections:
        yield from (table for table in section.tables if not table.is_said and table.rows)


@pytest.fixture(scope="module", params=[ZH, EN], ids=["zh", "en"])
def deck(request: pytest.FixtureRequest) -> tuple[Text, Any]:
    words: Text = request.param
    return words, Presentation(io.BytesIO(slides(*drawn(words), sentences(words), words)))


@pytest.fixture(scope="module", params=[ZH, EN], ids=["zh", "en"])
def pdf(request: pytest.FixtureRequest) -> tuple[Text, list[str]]:
    words: Text = request.param
    reader = pypdf.PdfReader(io.BytesIO(paper(*drawn(words), sentences(words), words)))
    return words, [page.extract_text() for page in reader.pages]


def test_slides_have_every_row(deck: tuple[Text, Any]) -> None:
    words, show = deck
    rows = [
        [cell.text for cell in row.cells]
        for slide in show.slides
        for shape in slide.shapes
        if shape.has_table
        for row in list(shape.table.rows)[1:]
    ]
    assert rows == [list(row) for table in printed_tables(words) for row in table.printed.rows]


def test_every_slide_says_what_it_is_of_and_nothing_stands_beside_it(deck: tuple[Text, Any]) -> None:
    _, show = deck
    for number, slide in enumerate(show.slides, start=1):
        said = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert DIGITS in said
        assert "09:05" in said
        assert "2026" in said
        assert slide.shapes.title.text
        assert str(number) in said.split("\n")
        for shape in slide.shapes:
            assert shape.left >= -LOOSE, (number, shape.name)
            assert shape.top >= -LOOSE, (number, shape.name)
            assert shape.left + shape.width <= show.slide_width + LOOSE, (number, shape.name)
            assert shape.top + shape.height <= show.slide_height + LOOSE, (number, shape.name)
            if shape.has_table:
                assert sum(row.height for row in shape.table.rows) == pytest.approx(shape.height, abs=LOOSE)


def test_things_on_a_slide_do_not_cover_each_other(deck: tuple[Text, Any]) -> None:
    _, show = deck
    for number, slide in enumerate(show.slides, start=1):
        boxes = [
            (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height, shape.name)
            for shape in slide.shapes
            if not shape.is_placeholder
        ]
        for place, (left, top, right, bottom, name) in enumerate(boxes):
            for other_left, other_top, other_right, other_bottom, other in boxes[place + 1 :]:
                apart = (
                    right <= other_left + LOOSE
                    or other_right <= left + LOOSE
                    or bottom <= other_top + LOOSE
                    or other_bottom <= top + LOOSE
                )
                assert apart, (number, name, other)


def test_charts_of_slides_have_the_numbers_of_the_tables(deck: tuple[Text, Any]) -> None:
    words, show = deck
    found: dict[str, list[float]] = {}
    for slide in show.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                for series in shape.chart.plots[0].series:
                    values = [value for value in series.values if value is not None]
                    assert values, "an empty series"
                    found.setdefault(series.name, []).extend(values)
    wanted: dict[str, list[float]] = {}
    for table in printed_tables(words):
        for chart in table.charts:
            for name, column in chart.series:
                wanted.setdefault(name, []).extend(v for v in table.numbers(chart, column) if v is not None)
    assert sum(map(len, found.values())) > 150
    assert found == {name: pytest.approx(values) for name, values in wanted.items()}


def test_paper_has_every_row_as_text(pdf: tuple[Text, list[str]]) -> None:
    words, read = pdf
    whole = bare("".join(read))
    at = 0
    for table in printed_tables(words):
        for row in table.printed.rows:
            wanted = bare("".join(row))
            assert wanted in whole, (table.id, row)
            at += 1
    assert at > 150


def test_every_page_says_what_it_is_of(pdf: tuple[Text, list[str]]) -> None:
    words, read = pdf
    about, _ = drawn(words)
    for number, page in enumerate(read, start=1):
        assert DIGITS in page
        assert about.foot in page
        assert "\u00a0" not in page
        assert bare(f"{number} / {len(read)}") in bare(page)


def test_a_pdf_holds_its_fonts_in_parts() -> None:
    raw = paper(*drawn(ZH), sentences(ZH), ZH)
    assert len(raw) < 1_000_000
    fonts_of = [
        font.get_object()
        for page in pypdf.PdfReader(io.BytesIO(raw)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts_of
    assert all("/FontDescriptor" in font["/DescendantFonts"][0].get_object() for font in fonts_of)


@LANGUAGES
def test_a_workbook_has_typed_cells(words: Text) -> None:
    about, sections = drawn(words)
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(about, sections, sentences(words), words)))
    assert len(book.sheetnames) == len(sections) + 2
    assert document().checksum in [cell.value for row in book.worksheets[0].rows for cell in row]
    for section, sheet in zip(sections, book.worksheets[1:-1], strict=True):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[1][0] == about.foot
        assert about.foot in sheet.oddFooter.left.text
        given = next(held for held in document().sections if held.id == section.id)
        end = 0
        for table, known in zip(section.tables, given.tables, strict=True):
            start = next(n for n in range(end, len(rows)) if tuple(rows[n][: len(table.heads)]) == table.heads)
            end = start + 1
            places = [next(i for i, c in enumerate(known.columns) if c.id == id) for id in table.columns]
            for row, raw in zip(rows[start + 1 :], known.rows, strict=False):
                for value, place, holds in zip(row, places, table.holds, strict=False):
                    if isinstance(raw[place], int | float) and holds not in ("flag", "rank"):
                        assert value == raw[place], (table.id, known.columns[place].id)
        drawings = len(sheet._charts)
        assert drawings == sum(len(table.charts) for table in section.tables)
    rates = book.worksheets[1]
    [percent] = {cell.number_format for row in rates.iter_rows() for cell in row if cell.value == 0.85}
    assert percent == "0.0%"


def test_moments_of_a_workbook_are_local() -> None:
    about, sections = drawn(EN)
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(about, sections, {}, EN)))
    [sheet] = [each for each in book.worksheets if each.title == "The three lists"]
    moments = [cell for row in sheet.iter_rows() for cell in row if cell.is_date]
    assert moments[0].value.isoformat() == "2026-11-22T08:00:00"
    assert moments[0].number_format == "yyyy-mm-dd hh:mm"


def test_text_that_looks_like_a_formula_stays_text() -> None:
    _, sections = drawn(EN)
    about, _ = drawn(EN)
    evil = with_text(sections, '=HYPERLINK("http://x")')
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(about, evil, {}, EN)))
    held = [
        cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)
    ]
    assert held
    assert all(cell.data_type == "s" for cell in held)
    with zipfile.ZipFile(io.BytesIO(tables(about, evil))) as zipped:
        said = zipped.read(zipped.namelist()[0]).decode("utf-8-sig")
    assert "'=HYPERLINK" in said


def with_text(sections: list[ShownSection], said: str) -> list[ShownSection]:
    first = sections[0].tables[0]
    cells = (replace(first.rows[0][0], value=said, text=said), *first.rows[0][1:])
    changed = replace(first, rows=(cells, *first.rows[1:]))
    return [replace(sections[0], tables=(changed, *sections[0].tables[1:])), *sections[1:]]


@LANGUAGES
def test_csv_has_every_number(words: Text) -> None:
    about, sections = drawn(words)
    raw = tables(about, sections)
    assert raw == tables(about, sections)
    every = [(section, table) for section in document().sections for table in section.tables]
    with zipfile.ZipFile(io.BytesIO(raw)) as zipped:
        names = zipped.namelist()
        assert names[0] == "01-headline-rates.csv"
        given = [table for section in sections for table in section.tables]
        for name, (part, known), shown_table in zip(names, every, given, strict=True):
            assert f"{part.id}-{known.id}" in name
            content = zipped.read(name)
            assert content.startswith(b"\xef\xbb\xbf")
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            assert tuple(rows[0]) == shown_table.heads
            places = [next(i for i, c in enumerate(known.columns) if c.id == id) for id in shown_table.columns]
            for row, raw_row in zip(rows[1:], known.rows, strict=False):
                for value, place, holds in zip(row, places, shown_table.holds, strict=True):
                    if isinstance(raw_row[place], int | float) and holds not in ("flag", "rank"):
                        assert float(value) == raw_row[place]
            assert [about.foot] in rows


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_is_not_whole_gives_no_file(make: Callable[..., bytes]) -> None:
    about, sections = drawn(EN)
    for part in (
        [],
        [replace(sections[0], tables=()), *sections[1:]],
        [replace(sections[0], tables=(replace(sections[0].tables[0], rows=((),)),)), *sections[1:]],
    ):
        with pytest.raises(BrokenReviewError):
            make(about, part, {}, EN)


def test_without_a_font_for_its_letters_there_is_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_PLACES", fonts._PLACES[-1:])
    with pytest.raises(fonts.NoFontError, match="install the package fonts-noto-cjk"):
        paper(*drawn(ZH), {}, ZH)
    monkeypatch.setenv("PDF_FONT", "/nowhere/font.ttf")
    with pytest.raises(fonts.NoFontError, match=r"PDF_FONT names /nowhere/font\.ttf, which is no file"):
        paper(*drawn(EN), {}, EN)


@pytest.mark.parametrize(("width", "size"), [(300.0, 12.0), (90.0, 9.0), (40.0, 12.0)])
def test_lines_are_never_wider_than_their_column(width: float, size: float) -> None:
    said = "光明国际汽车城（含临时停车场）Guangming International AutomobileCityWithoutAnyBlankInItsName, Unit 12"
    lines = lines_of(said, width, size, rough)
    assert all(rough(line, size, False) <= width for line in lines)
    assert bare("".join(lines)) == bare(said)


def test_a_table_of_many_columns_is_divided_each_part_with_its_first() -> None:
    heads = tuple(f"A rather long head {number}" for number in range(30))
    wide = Printed(
        heads, (False,) * 30, tuple(tuple(f"value {row}{number}" for number in range(30)) for row in range(40))
    )
    parts = fit(wide, 500.0, Style(9.0, 7.0), rough)
    assert len(parts) > 1
    assert all(sum(part.widths) <= 500.01 for part in parts)
    assert all(part.texts[0][0] == heads[0] for part in parts)
    assert sorted({head for part in parts for head in part.texts[0]}) == sorted(heads)
    cut = list(pages(parts[0], 200.0, 400.0))
    assert sum(len(page.rows) for page in cut) == 40
    assert cut[0].height <= 200.0
    assert all(page.height <= 400.0 for page in cut)


def golden(name: str, said: str) -> None:
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(said, "utf-8")
    assert said == path.read_text("utf-8"), f"{path} differs: see the head of this file"


def test_golden_slides(deck: tuple[Text, Any]) -> None:
    words, show = deck
    lines = []
    for number, slide in enumerate(show.slides, start=1):
        lines.append(f"--- {number}")
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            elif shape.has_table:
                lines += [" | ".join(cell.text for cell in row.cells) for row in shape.table.rows]
            elif shape.has_chart:
                plot = shape.chart.plots[0]
                lines.append(
                    f"[chart: {', '.join(series.name for series in plot.series)}; {len(plot.categories)} rows]"
                )
    golden(f"slides.{words.language}.txt", "\n".join(lines) + "\n")


def test_golden_paper(pdf: tuple[Text, list[str]]) -> None:
    words, read = pdf
    golden(
        f"paper.{words.language}.txt",
        "".join(f"--- {number}\n{page.strip()}\n" for number, page in enumerate(read, start=1)),
    )


@LANGUAGES
def test_golden_workbook(words: Text) -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(*drawn(words), sentences(words), words)))
    lines = []
    for sheet in book.worksheets:
        lines.append(f"--- {sheet.title}: {len(sheet._charts)} charts")
        lines += [
            " | ".join("" if value is None else str(value) for value in row).rstrip(" |")
            for row in sheet.iter_rows(values_only=True)
        ]
    golden(f"workbook.{words.language}.txt", "\n".join(lines) + "\n")


@LANGUAGES
def test_golden_tables(words: Text) -> None:
    lines = []
    with zipfile.ZipFile(io.BytesIO(tables(*drawn(words)))) as zipped:
        for name in zipped.namelist():
            lines.append(f"--- {name}")
            lines += zipped.read(name).decode("utf-8-sig").splitlines()
    golden(f"tables.{words.language}.txt", "\n".join(lines) + "\n")


def test_a_table_of_hundreds_of_rows_is_shortened_on_slides_alone_and_says_so() -> None:
    about, sections = drawn(EN)
    long = sections[0].tables[1]
    rows = tuple((f"kind {number}", *long.printed.rows[0][1:]) for number in range(140))
    table = replace(long, printed=replace(long.printed, rows=rows))
    changed = [replace(sections[0], tables=(sections[0].tables[0], table)), *sections[1:]]
    show: Any = Presentation(io.BytesIO(slides(about, changed, {}, EN)))
    said = [shape.text_frame.text for slide in show.slides for shape in slide.shapes if shape.has_text_frame]
    assert [text for text in said if text.startswith("100 more rows stand in the workbook")]
    cells = [c.text for s in show.slides for sh in s.shapes if sh.has_table for r in sh.table.rows for c in r.cells]
    assert "kind 39" in cells
    assert "kind 40" not in cells
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper(about, changed, {}, EN))).pages)
    assert "kind 139" in read


def test_unknown_tables_go_into_every_file() -> None:
    """What a later release adds to the document is shown, in all formats."""
    held = document()
    columns = {
        "topic": Holds.KEY,
        "name": Holds.NAME,
        "n": Holds.COUNT,
        **{f"share_{i}": Holds.SHARE for i in range(14)},
    }
    rows = [[str(i), {"zh": f"主题{i}", "en": f"Topic {i}"}, i, *([0.25] * 14)] for i in range(60)]
    review = Review(
        *(held.subdistrict, held.name, held.time_zone, held.period, held.as_of, held.definitions),
        sections=(*held.sections, Section("topics", (table_of("found", columns, rows),))),
    )
    sections, about = shown(review, ZH), about_of(review, ZH)
    show = Presentation(io.BytesIO(slides(about, sections, {}, ZH)))
    cells = [c.text for s in show.slides for sh in s.shapes if sh.has_table for r in sh.table.rows for c in r.cells]
    assert "主题59" in cells
    assert cells.count("25.0%") == 60 * 14
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper(about, sections, {}, ZH))).pages)
    assert read.count("25.0%") == 60 * 14
    book: Any = openpyxl.load_workbook(io.BytesIO(workbook(about, sections, {}, ZH)))
    assert "主题59" in [cell.value for row in book.worksheets[-2].iter_rows() for cell in row]
    with zipfile.ZipFile(io.BytesIO(tables(about, sections))) as zipped:
        assert "主题59" in zipped.read("15-topics-found.csv").decode("utf-8-sig")
