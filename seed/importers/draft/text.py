"""A draft mapping as TOML: every guess with what it rests on, and a mark at each place that a person has to fill in."""

import dataclasses
import re
from collections import Counter
from pathlib import Path
from typing import Final

from seed.importers.draft.columns import Look, Looks, look
from seed.importers.draft.ends import status_part
from seed.importers.draft.guess import Guesses, channel_of, guess, level_of, quoted
from seed.importers.formats.base import FileOptions
from seed.importers.formats.registry import reader_for
from seed.importers.mapping import TO_FILL

_FILL: Final = quoted(TO_FILL)
_CHINA: Final = (73.0, 18.0, 135.0, 54.0)
#: A point that holds more cases than this, and this share of them, stands for no place.
_PILE_CASES: Final = 20
_PILE_SHARE: Final = 0.002
_MOST_SHOWN: Final = 200
#: "line - matter" in one column.
_APART: Final = r"^(?P<line>[^-]+?)\s*-\s*(?P<matter>.+)$"


def draft_mapping(path: Path, options: FileOptions | None = None) -> str:
    """Inspect a file and write its draft. Raises ImportFileError when the file cannot be read."""
    options = _with_delimiter(path, options or FileOptions())
    looks = look(path, options)
    found = guess(looks)
    name = _name(path)
    parts = [
        _head(looks, found, name),
        _file(looks, options),
        _source(found, name),
        _place(looks, found, name),
        _case(looks, found),
        _times(looks, found),
        _types(looks, found),
        _department(looks, found),
        _channel(looks, found),
        status_part(looks, options, found, _FILL),
        _coordinates(looks, found),
        _personal(found),
        _others(looks, found),
    ]
    return "\n".join(part for part in parts if part)


def _name(path: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"source_{plain}".rstrip("_"))[:40]


def _head(looks: Looks, found: Guesses, name: str) -> str:
    extent = f"{looks.rows:,} rows" if looks.is_whole else f"the first {looks.rows:,} rows"
    broken = f", {looks.broken:,} of which do not fit the header" if looks.broken else ""
    return (
        f"# Draft, made by looking at {extent} of {_inline(looks.path.name)}{broken}.\n"
        f"# All of it is guessed: read each line. What no guess was made for is marked {TO_FILL}; the mapping loads\n"
        "# when no mark is left. Then: python -m seed mapping check THIS_FILE FILE\n"
        f"name = {quoted(name)}\n"
    )


def _with_delimiter(path: Path, options: FileOptions) -> FileOptions:
    """The options, with another delimiter where commas leave a table of one column that holds that one."""
    if options.delimiter != "," or path.suffix.lower() not in (".csv", ".txt"):
        return options
    header = reader_for(path, options).header()
    others = [mark for mark in ";\t|" if mark in header[0]] if len(header) == 1 else []
    return dataclasses.replace(options, delimiter=others[0]) if others else options


def _file(looks: Looks, options: FileOptions) -> str:
    lines = []
    for key, value, usual in (
        ("encoding", options.encoding, None),
        ("delimiter", options.delimiter, ","),
        ("sheet", options.sheet, None),
    ):
        if value is not None and value != usual:
            lines.append(f"{key} = {quoted(value)}")
    if looks.nothings:
        lines.append(f"null_marks = [{', '.join(map(quoted, looks.nothings))}] # cells taken for empty")
    sparse = [name for name, column in looks.columns.items() if column.filled < looks.rows]
    if looks.path.suffix.lower() in (".json", ".jsonl", ".ndjson", ".geojson", ".xml") and sparse:
        lines.append("# not every record has these; a later file may be without them")
        lines.append(f"may_lack = [{', '.join(map(quoted, sparse))}]")
    return "\n".join(["[file]", *lines, ""]) if lines else ""


def _source(found: Guesses, name: str) -> str:
    says = "" if found.ended else " # no column of closing times was found: figures that need them are not recorded"
    return (
        f"[source]\ncode = {quoted(name)}\nname_zh = {_FILL}\nname_en = {_FILL}\n"
        f"records_times = {'true' if found.ended else 'false'}{says}\n"
    )


def _place(looks: Looks, found: Guesses, name: str) -> str:
    form = looks.columns[found.reported].form if found.reported else None
    if form == "offset":
        note = "times carry an offset, this is the zone of local days (offsets wrong: ignore_offset in [times])"
    else:
        note = "times carry no zone: this is the one they are written in"
    is_chinese = _is_chinese(looks)
    zone = quoted("Asia/Shanghai") if is_chinese else _FILL
    country = quoted("CN") if is_chinese else _FILL
    lines = [
        "[place] # the command centre that owns the cases",
        f"code = {quoted(name)}",
        f"name_zh = {_FILL}",
        f"name_en = {_FILL}",
        f"time_zone = {zone} # of the IANA list; {note}",
        f"country = {country} # of the holidays, two letters of ISO 3166",
        "",
    ]
    if not found.areas:
        lines += ["[[place.levels]] # no column of areas was found", 'level = "grid"', f"name = {_FILL}", ""]
    for position, area in enumerate(found.areas):
        column = looks.columns[area]
        lines.append(f"[[place.levels]] # {_of(column)}: {_shown(column, 6)}")
        lines.append(f"level = {quoted(level_of(area, position, len(found.areas)))}")
        partner = _partner(looks, area)
        if partner:
            lines.append(f"id = {quoted(partner)}")
        lines += [f"name = {quoted(area)}", ""]
    return "\n".join(lines)


def _case(looks: Looks, found: Guesses) -> str:
    number = f"{quoted(found.external_id)} # no value comes twice" if found.external_id else f"{_FILL} # no value twice"
    summary = "".join(f"{{{name}}} " for name in found.types).strip()
    lines = ["[case]", f"external_id = {number}", 'kind = "appeal" # or hazard, petition, police_report, warning']
    lines.append('risk = "blue" # of every case: yellow, orange, red')
    if found.department:
        lines.append('level = "department" # where cases wait from the start')
    if summary:
        lines.append(f"summary = {quoted(summary)}")
    return "\n".join([*lines, ""])


def _times(looks: Looks, found: Guesses) -> str:
    lines = ["[times]"]
    lines.append(f"reported = {quoted(found.reported) if found.reported else _FILL}{_example(looks, found.reported)}")
    if found.due:
        lines.append(f"due = {quoted(found.due)}{_example(looks, found.due)}")
    used = [looks.columns[name] for name in (found.reported, found.due, found.ended) if name]
    forms = list(dict.fromkeys(column.form for column in used if column.form not in (None, "", "offset")))
    if forms:
        lines.append(f"formats = [{', '.join(quoted(str(form)) for form in forms)}]")
    lines += [
        f"# {_inline(column.name)} could be read as {column.other_form} as well: look at days over 12"
        for column in used
        if column.other_form
    ]
    others = [name for name, column in looks.columns.items() if column.is_time and column not in used]
    if others:
        lines.append(f"# other columns of times: {', '.join(map(_inline, others))}")
    return "\n".join([*lines, ""])


def _types(looks: Looks, found: Guesses) -> str:
    if not found.types:
        return f"[types] # no column of matters was found\nmatter = {{ name = {_FILL} }}\nline_pattern = '{_APART}'\n"
    matter = looks.columns[found.types[-1]]
    lines = [f"[types] # {_of(matter)}: {_shown(matter, 8)}"]
    if len(found.types) == 2:
        lines.append(f"line = {_named(looks, found.types[0])}")
    lines.append(f"matter = {_named(looks, found.types[-1])}")
    if len(found.types) == 1:
        lines.append(f"line_pattern = '{_APART}' # line - matter; a matter without it is its own line")
    return "\n".join([*lines, ""])


def _department(looks: Looks, found: Guesses) -> str:
    if found.department is None:
        return ""
    column = looks.columns[found.department]
    partner = _partner(looks, found.department)
    lines = [f"[department] # {_of(column)}: {_shown(column, 5)}"]
    if partner:
        lines.append(f"id = {quoted(partner)}")
    return "\n".join([*lines, f"name = {quoted(found.department)}", ""])


def _channel(looks: Looks, found: Guesses) -> str:
    allowed = "patrol, hotline, qr_code, app, visit, sensor, department"
    if found.channel is None:
        return f"[channel] # no column was found: all cases came in by\notherwise = {_FILL} # {allowed}\n"
    lines = ["[channel]", f"column = {quoted(found.channel)}", "", f"[channel.values] # {allowed}"]
    for word, times in looks.columns[found.channel].values.most_common(_MOST_SHOWN):
        channel = channel_of(word)
        lines.append(f"{quoted(word)} = {quoted(str(channel)) if channel else _FILL} # {times:,}")
    return "\n".join([*lines, ""])


def _coordinates(looks: Looks, found: Guesses) -> str:
    if found.lon is None or found.lat is None:
        return ""
    lon, lat = sorted(looks.columns[found.lon].numbers), sorted(looks.columns[found.lat].numbers)
    edge = max(1, len(lon) // 100), max(1, len(lat) // 100)
    middle = lon[edge[0] : -edge[0]] or lon, lat[edge[1] : -edge[1]] or lat
    box = (middle[0][0] - 0.1, middle[1][0] - 0.1, middle[0][-1] + 0.1, middle[1][-1] + 0.1)
    lines = ["[coordinates]", f"lon = {quoted(found.lon)}", f"lat = {quoted(found.lat)}"]
    if _CHINA[0] < box[0] < _CHINA[2] and _CHINA[1] < box[1] < _CHINA[3]:
        lines.append(f"datum = {_FILL} # wgs84 (GPS), gcj02 (AutoNavi, Tencent, phones in China) or bd09 (Baidu)")
    else:
        lines.append('datum = "wgs84"')
    lines.append(f"box = [{', '.join(f'{edge:.2f}' for edge in box)}] # west, south, east, north; beyond: left out")
    whole = sum(float(value).is_integer() for value in looks.columns[found.lon].sample if _is_number(value))
    if whole:
        lines.append(f'whole_degrees = "drop" # {whole:,} of the values looked at have no decimals: they were cut')
    longs, lats = _piles(looks.columns[found.lon]), _piles(looks.columns[found.lat])
    pairs = [f"[{a}, {b}] ({n:,} cases)" for a, n in longs.items() for b, m in lats.items() if n == m]
    if pairs:
        lines.append(f"# many cases on one point; a default that stands for no place? {'; '.join(pairs[:5])}")
        lines.append("# default_points = [[lon, lat]]")
    return "\n".join([*lines, ""])


def _personal(found: Guesses) -> str:
    lines = [f"{key} = {quoted(column)}" for key, column in found.personal.items()]
    for what, columns in (("identity numbers", found.with_identity_numbers), ("phone numbers", found.with_phones)):
        if columns:
            lines.append(f"# {what} were seen in {', '.join(map(_inline, columns))}: use such a column nowhere else")
    return "\n".join(["[personal] # kept apart from all that screens read", *lines, ""]) if lines else ""


def _others(looks: Looks, found: Guesses) -> str:
    used = {
        *(found.external_id, found.reported, found.ended, found.due, found.status, found.department, found.channel),
        *(found.lon, found.lat, *found.types, *found.areas, *found.personal.values()),
    }
    left = [f"# {_inline(name)}: {_of(column)}" for name, column in looks.columns.items() if name not in used]
    return "\n".join(["# Columns that the draft does not use:", *left, ""]) if left else ""


def _piles(column: Look) -> Counter[str]:
    least = max(_PILE_CASES, _PILE_SHARE * column.filled)
    return Counter(
        {value: times for value, times in column.values.most_common(20) if times > least and _is_number(value)}
    )


def _partner(looks: Looks, name: str) -> str | None:
    """The column of ids beside a column of names: EVENT_TYPE_ID beside EVENT_TYPE_NAME."""
    for ending, others in (("NAME", ("ID", "CODE")), ("name", ("id", "code", "")), ("名称", ("编号", "编码", "代码"))):
        if name.endswith(ending):
            for other in others:
                partner = f"{name.removesuffix(ending)}{other}".rstrip("_")
                column = looks.columns.get(partner)
                if column is not None and column.filled and 2 * column.distinct >= looks.columns[name].distinct:
                    return partner
    return None


def _named(looks: Looks, name: str) -> str:
    partner = _partner(looks, name)
    return f"{{ id = {quoted(partner)}, name = {quoted(name)} }}" if partner else f"{{ name = {quoted(name)} }}"


def _of(column: Look) -> str:
    more = "more than " if column.is_open else ""
    return f"{column.filled:,} filled, {more}{column.distinct:,} different"


def _shown(column: Look, most: int) -> str:
    shown = ", ".join(f"{_inline(value)} {times:,}" for value, times in column.values.most_common(most))
    return f"{shown}, …" if column.distinct > most else shown


def _example(looks: Looks, name: str | None) -> str:
    column = looks.columns[name] if name else None
    return f" # such as {_inline(column.sample[0])}" if column and column.sample else ""


def _inline(text: str) -> str:
    """A text in a comment: one line, and not too long of it."""
    return "".join(c if c.isprintable() else " " for c in text)[:40]


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9
    except ValueError:
        return False


def _is_chinese(looks: Looks) -> bool:
    sample = [value for column in looks.columns.values() for value in column.sample[:20]]
    chinese = sum(bool(re.search(r"[\u4e00-\u9fff]", value)) for value in [*sample, *looks.columns])
    return chinese > 0.1 * (len(sample) + len(looks.columns))
