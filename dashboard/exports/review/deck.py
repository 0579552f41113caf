"""A presentation of our own look: master, title, foot, native tables and charts at places that are given in points."""

import io
import re
from collections.abc import Sequence
from typing import Any, Final

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Pt

from dashboard.exports.review.fit import LEADING, Fitted
from dashboard.exports.review.looks import CHINESE, LATIN, label_format
from dashboard.exports.review.looks import series as colours
from dashboard.review.table import About
from dashboard.theme import theme

#: 16:9, in points.
WIDTH, HEIGHT, MARGIN = 960.0, 540.0, 40.0
TITLE_TOP, TITLE_HEIGHT, FOOT_TOP = 30.0, 60.0, 508.0
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_TITLE_ONLY: Final = 5
_LOOK: Final = theme("light")
INK, TEXT, QUIET = _LOOK.ink["figure"], _LOOK.ink["text"], _LOOK.ink["quiet"]
LINE = _LOOK.surface["line"]
_LONGEST_LABEL: Final = 30


class Deck:
    """A presentation that is being made."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._show = Presentation()
        self._show.slide_width, self._show.slide_height = Emu(Pt(WIDTH)), Emu(Pt(HEIGHT))
        self._layout = _clean(self._show)
        self._lang = "zh-CN" if about.language == "zh" else "en-GB"
        properties = self._show.core_properties
        properties.title, properties.comments = f"{about.title} · {about.period}", about.checksum
        properties.author = properties.last_modified_by = ""
        properties.created = properties.modified = about.at.replace(tzinfo=None)

    @property
    def count(self) -> int:
        """How many slides there are."""
        return len(self._show.slides)

    def slide(self, title: str, size: float) -> Any:
        """A slide with its title and the foot."""
        slide = self._show.slides.add_slide(self._layout)
        slide.shapes.title.text = title
        for paragraph in slide.shapes.title.text_frame.paragraphs:
            paragraph.line_spacing = Pt(size * LEADING)
            for run in paragraph.runs:
                self._form(run, size, INK, is_bold=True)
        self.text(slide, self._about.foot, MARGIN, FOOT_TOP, WIDTH - 2 * MARGIN - 60, 18, 9, QUIET)
        number = str(self.count)
        self.text(slide, number, WIDTH - MARGIN - 60, FOOT_TOP, 60, 18, 9, QUIET, align=PP_ALIGN.RIGHT)
        return slide

    def text(
        self,
        slide: Any,
        said: str,
        left: float,
        top: float,
        width: float,
        height: float,
        size: float,
        colour: str,
        *,
        is_bold: bool = False,
        align: Any = PP_ALIGN.LEFT,
    ) -> None:
        """A line or a paragraph in a box without a frame."""
        box = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.TOP
        paragraph = frame.paragraphs[0]
        paragraph.alignment = align
        paragraph.line_spacing = Pt(size * LEADING)
        run = paragraph.add_run()
        run.text = said
        self._form(run, size, colour, is_bold=is_bold)

    def table(self, slide: Any, table: Fitted, left: float, top: float) -> None:
        """A native table; its cells break their lines themselves."""
        rows, columns = len(table.rows) + 1, len(table.widths)
        shape = slide.shapes.add_table(rows, columns, Pt(left), Pt(top), Pt(sum(table.widths)), Pt(table.height))
        held = shape.table
        properties = held._tbl.tblPr
        properties.find(qn("a:tableStyleId")).text = _NO_STYLE
        properties.set("bandRow", "0")
        for place, width in enumerate(table.widths):
            held.columns[place].width = Pt(width)
        for number, height in enumerate((table.head_height, *table.heights)):
            held.rows[number].height = Pt(height)
            for place, said in enumerate(table.texts[number]):
                cell = held.cell(number, place)
                self._cell(cell, said, table.size, is_head=number == 0, is_number=table.are_numbers[place])

    def _cell(self, cell: Any, said: str, size: float, *, is_head: bool, is_number: bool) -> None:
        cell.margin_left = cell.margin_right = Pt(4)
        cell.margin_top = cell.margin_bottom = Pt(2)
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.TOP
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
        paragraph.line_spacing = Pt(size * LEADING)
        run = paragraph.add_run()
        run.text = said
        self._form(run, size, QUIET if is_head else INK, is_bold=is_head)
        _underline(cell, INK if is_head else LINE)

    def chart(
        self,
        slide: Any,
        form: str,
        labels: Sequence[str],
        series: Sequence[tuple[str, Sequence[float | None]]],
        box: tuple[float, float, float, float],
        ends: tuple[float, float] | None = None,
    ) -> None:
        """Native bars, the first label on top. ``box``: left, top, width, height; ``ends``: of the axis."""
        data: Any = CategoryChartData(number_format=label_format(form))  # type: ignore[no-untyped-call]
        data.categories = [_short(label) for label in labels]
        for name, values in series:
            data.add_series(name, values)
        left, top, width, height = (Pt(each) for each in box)
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, left, top, width, height, data)
        chart = frame.chart
        chart.font.size, chart.font.color.rgb = Pt(10), _rgb(TEXT)
        chart.has_title = False
        chart.has_legend = len(series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        _axes(chart, form, ends)
        plot = chart.plots[0]
        plot.gap_width, plot.overlap = 45, 0
        plot.has_data_labels = True
        labels_ = plot.data_labels
        labels_.number_format, labels_.number_format_is_linked = label_format(form), False
        labels_.position, labels_.font.size = XL_LABEL_POSITION.OUTSIDE_END, Pt(9)
        for drawn, colour in zip(plot.series, colours(len(series)), strict=False):
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = _rgb(_LOOK.series[colour])
            drawn.invert_if_negative = False
            drawn.format.line.color.rgb = _rgb(_LOOK.series["before"])
            drawn.format.line.width = Pt(0.5)

    def bytes(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        self._show.save(file)
        return file.getvalue()

    def _form(self, run: Any, size: float, colour: str, *, is_bold: bool = False) -> None:
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, _rgb(colour)
        run._r.get_or_add_rPr().set("lang", self._lang)


def _axes(chart: Any, form: str, ends: tuple[float, float] | None) -> None:
    names, numbers = chart.category_axis, chart.value_axis
    names.reverse_order = True
    names.format.line.color.rgb = _rgb(LINE)
    names.has_major_gridlines = False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    numbers.has_major_gridlines = False
    numbers.visible = False
    if form == "minutes":
        scaling = numbers._element.find(qn("c:scaling"))
        base = OxmlElement("c:logBase")
        base.set("val", "10")
        scaling.insert(0, base)
    elif ends is not None:
        numbers.minimum_scale, numbers.maximum_scale = ends


def _clean(show: Any) -> Any:
    """One layout, of a title alone, in our fonts and inks; the template's others go."""
    master = show.slide_master
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    part._blob = _theme(part.blob.decode("utf-8")).encode("utf-8")
    layouts = show.slide_layouts
    kept = layouts[_TITLE_ONLY]
    for layout in [each for each in layouts if each is not kept]:
        layouts.remove(layout)
    kept.name = "Review"
    for holder in (master, kept):
        for shape in list(holder.placeholders):
            if shape.placeholder_format.type == 1:  # the title
                shape.left, shape.top = Pt(MARGIN), Pt(TITLE_TOP)
                shape.width, shape.height = Pt(WIDTH - 2 * MARGIN), Pt(TITLE_HEIGHT)
                frame = shape.text_frame
                frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
                frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
                frame.paragraphs[0].alignment = PP_ALIGN.LEFT
            else:
                shape._element.getparent().remove(shape._element)
    for level in master._element.iter(qn("p:titleStyle")):
        for properties in level:
            properties.set("algn", "l")
    return kept


def _theme(xml: str) -> str:
    """The template's theme with our fonts and colours."""
    inks = {"dk1": INK, "lt1": _LOOK.surface["ground"], "dk2": TEXT, "lt2": _LOOK.surface["raised"]}
    series = ("now", "before", "lost", "target", "winnable", "before")
    inks |= {f"accent{number}": _LOOK.series[name] for number, name in enumerate(series, start=1)}
    for name, colour in inks.items():
        xml = re.sub(
            rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{colour[1:]}"/>\g<2>', xml, flags=re.DOTALL
        )
    xml = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=)"[^"]*"', rf'\g<1>"{LATIN}"', xml)
    xml = re.sub(r'<a:ea typeface="[^"]*"/>', f'<a:ea typeface="{CHINESE}"/>', xml)
    return re.sub(r'(<a:font script="Hans" typeface=)"[^"]*"', rf'\g<1>"{CHINESE}"', xml)


def _underline(cell: Any, colour: str) -> None:
    """A hairline below a cell and nothing around it."""
    properties = cell._tc.get_or_add_tcPr()
    for side in ("a:lnL", "a:lnR", "a:lnT"):
        _within(_within(properties, side, w="0"), "a:noFill")
    _within(_within(_within(properties, "a:lnB", w=str(Pt(0.75))), "a:solidFill"), "a:srgbClr", val=colour[1:])
    _within(properties, "a:noFill")


def _within(parent: Any, tag: str, **attributes: str) -> Any:
    """A new element at the end of another."""
    made: Any = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(name, value)
    parent.append(made)
    return made


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*(int(colour[start : start + 2], 16) for start in (1, 3, 5)))  # type: ignore[no-untyped-call]


def _short(label: str) -> str:
    """A name beside a bar: the table has it whole."""
    taken, kept = 0, ""
    for letter in label:
        taken += 2 if ord(letter) > 0x2E80 else 1
        if taken > _LONGEST_LABEL:
            return kept.rstrip() + "…"
        kept += letter
    return kept
