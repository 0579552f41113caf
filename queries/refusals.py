"""What is said of a question that cannot be asked, and of a figure that nothing records: by id, in both languages."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "zh")

#: The sentences by id, as LANGUAGES. The names in braces are their values.
SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "empty_store": (
        "The store holds no subdistrict yet: load data with python -m seed demo or python -m seed import.",
        "库中还没有街道：请用 python -m seed demo 或 python -m seed import 载入数据。",
    ),
    "no_records": ("Nothing is recorded yet for {subdistrict}.", "{subdistrict}还没有任何记录。"),
    "subdistrict_needed": (
        "The store holds several subdistricts, name one of them: {known}.",
        "库中有多个街道，请指明其一：{known}。",
    ),
    "unknown_subdistrict": (
        "The store has no subdistrict {given!r}; it holds {known}.",
        "库中没有街道 {given!r}；现有：{known}。",
    ),
    "unknown_area": (
        "There is no area {given!r} in {subdistrict}{suggestion}.",
        "{subdistrict}没有区域 {given!r}{suggestion}。",
    ),
    "ambiguous_area": (
        "Several areas are called {given!r}: name one by its code, {known}.",
        "有多个区域叫 {given!r}：请用编码指明，{known}。",
    ),
    "unknown_figure": (
        "There is no figure {given!r}{suggestion}; python -m queries list shows all.",
        "没有指标 {given!r}{suggestion}；全部指标见 python -m queries list。",
    ),
    "unknown_kind": (
        "There is no kind {given!r}: a case is one of {known}.",
        "没有类别 {given!r}：事件的类别有 {known}。",
    ),
    "unknown_grouping": (
        "Figures are not grouped by {given!r}: choose one of {known}.",
        "指标不能按 {given!r} 分组：可选 {known}。",
    ),
    "unknown_level": (
        "{area} has no areas of the level {given!r}; its levels are {known}.",
        "{area} 没有层级为 {given!r} 的区域；它的层级有 {known}。",
    ),
    "level_without_area": (
        "A level goes with grouping by area, not by {by}.",
        "层级只用于按区域分组，不能与按 {by} 分组同用。",
    ),
    "malformed_date": (
        "{given!r} is no date: write it like 2026-03-14.",
        "{given!r} 不是日期：请写成 2026-03-14 的样子。",
    ),
    "unlikely_year": (
        "{given!r} is no day that figures are asked of: years go from {first} to {last}.",
        "{given!r} 不在可查询的范围内：年份为 {first} 至 {last}。",
    ),
    "half_period": (
        "A period needs its first day too; only its last, {last}, is given.",
        "时段还需要起始日；现在只有截止日 {last}。",
    ),
    "period_reversed": (
        "The period ends on {last}, before it begins on {first}.",
        "时段的截止日 {last} 早于起始日 {first}。",
    ),
    "period_too_long": (
        "The days from {first} to {last} are more than ten years.",
        "{first} 至 {last} 超过十年。",
    ),
    "period_in_future": (
        "The period begins on {first}, after the day of as_of, {today}.",
        "时段的起始日 {first} 晚于所截至的日子 {today}。",
    ),
    "malformed_moment": (
        "{given!r} is no moment: write day and clock time like 2026-03-14T18:00 or …T18:00+08:00.",
        "{given!r} 不是时刻：请写明日期和钟点，如 2026-03-14T18:00 或 …T18:00+08:00。",
    ),
    "as_of_in_future": (
        "The moment {as_of} lies in the future: the clock stands at {now}.",
        "时刻 {as_of} 还没有到：现在是 {now}。",
    ),
    "as_of_before_first_record": (
        "Nothing was known at {as_of}: the store's first record was made at {first}.",
        "{as_of} 时还没有任何记录：库中第一条记录作于 {first}。",
    ),
    "figure_without_period": (
        "{figure} is about the moment of as_of and takes no period.",
        "{figure} 说的是截至时刻的情形，不取时段。",
    ),
    "figure_without_grouping": (
        "{figure} is not grouped by {by}: choose one of {known}.",
        "{figure} 不能按 {by} 分组：可选 {known}。",
    ),
    "figure_of_own_rows": (
        "{figure} is not grouped by {by}; its rows are given.",
        "{figure} 不能按 {by} 分组；它的各行是定好的。",
    ),
    "figure_without_level": ("{figure} takes no level of areas.", "{figure} 不取区域层级。"),
    "figure_without_kinds": (
        "{figure} is of all kinds, or of its own, and takes none.",
        "{figure} 算全部类别或它自己的类别，不另取类别。",
    ),
    "unknown_comparison": (
        "Figures are not compared with {given!r}: choose one of {known}.",
        "指标不能与 {given!r} 比较：可选 {known}。",
    ),
    "figure_not_compared": (
        "{figure} is not compared; these are: {known}.",
        "{figure} 不作比较；可以比较的有：{known}。",
    ),
    "comparison_without_period": (
        "A comparison needs a period: give its first day.",
        "比较需要时段：请给出起始日。",
    ),
    "comparison_without_grouping": (
        "{figure} is not compared by {by}: choose one of {known}.",
        "{figure} 不能按 {by} 比较：可选 {known}。",
    ),
    "no_target": (
        "{figure} has no target on {first}; these figures have one: {known}.",
        "{figure} 在 {first} 没有目标值；有目标值的指标：{known}。",
    ),
    "nothing_before": (
        "The earlier period begins on {begin}, before the store's first record, of {first}.",
        "前一时段始于 {begin}，早于库中第一条记录（{first}）。",
    ),
    "unknown_earlier": (
        "{given!r} is no earlier period: it is one of {known}, or the first day of one.",
        "{given!r} 不是前一时段：可选 {known}，或给出它的起始日。",
    ),
    "earlier_overlaps": (
        "The earlier period would begin on {given} and reach into the period from {first} to {last}.",
        "前一时段将始于 {given}，与 {first} 至 {last} 的时段重叠。",
    ),
    "change_without_grouping": (
        "The change of {figure} is not told by {by}: choose one of {known}.",
        "{figure} 的变化不能按 {by} 分解：可选 {known}。",
    ),
    "figure_not_alone": (
        "{figure} is said of another figure and cannot be asked alone.",
        "{figure} 是对另一指标的说明，不能单独查询。",
    ),
    "not_shown_singly": (
        "{figure} shows single cases, and those of the kinds {kinds} are never shown singly.",
        "{figure} 逐件列出事件，而类别为 {kinds} 的事件从不逐件显示。",
    ),
    "no_dispatch": (
        "No source records when a case was dispatched, so this figure is not recorded.",
        "没有来源记录分拨时间，因此这一指标没有记录。",
    ),
    "no_deadlines": (
        "No source records deadlines, so this figure is not recorded.",
        "没有来源记录期限，因此这一指标没有记录。",
    ),
    "no_closing": (
        "No source records when a case was closed, so this figure is not recorded.",
        "没有来源记录办结时间，因此这一指标没有记录。",
    ),
    "no_satisfaction": (
        "No source records marks of satisfaction, so this figure is not recorded.",
        "没有来源记录满意度评价，因此这一指标没有记录。",
    ),
    "no_decisions_asked": (
        "No matter is marked as a request for a decision, so this figure is not recorded.",
        "没有事项标记为求决类，因此这一指标没有记录。",
    ),
    "no_petitioners": (
        "No source records whose petitions these are, so this figure is not recorded.",
        "没有来源记录信访人，因此这一指标没有记录。",
    ),
    "no_trips": (
        "No matter is marked as a trip to the capital, so this figure is not recorded.",
        "没有事项标记为进京访，因此这一指标没有记录。",
    ),
}

_CLOSE: Final = {"en": "; close to it: {known}", "zh": "；相近的有：{known}"}


def sentence(id: str, values: Mapping[str, object], language: str = "en") -> str:
    """One sentence. ``values``: what it names; an empty ``suggestion`` is not made. ``language``: of LANGUAGES."""
    near = values.get("suggestion")
    suggestion = _CLOSE[language].format(known=near) if near else ""
    return SENTENCES[id][LANGUAGES.index(language)].format(**{**values, "suggestion": suggestion})
