"""What a check found and what a load did: the four counts, each problem, words the mapping lacks, the first rows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.pages.laptop.pieces import e, figure
from dashboard.pages.reasons import noticed, refusals
from dashboard.pages.upload_words import counts, kinds
from dashboard.text import Text

_COUNTED: Final = ("read", "new", "changed", "unchanged", "refused")


def checked(report: Mapping[str, Any], words: Text) -> str:
    """All of it, before it is loaded."""
    unknown, first = report.get("unknown") or [], report.get("first") or {}
    tables = f'<div class="beside">{_problems(report, words)}{_noticed(report, words)}</div>'
    return f"{_figures(report['rows'], words)}{tables}{_unknown(unknown, words)}{_first(first, words)}"


def loaded(report: Mapping[str, Any], words: Text, *, download: str, after: str) -> str:
    """What became of the rows; ``download``: the way to those refused; ``after``: what can be done next."""
    tables = f'<div class="beside">{_problems(report, words, download)}{_noticed(report, words)}</div>'
    return f"{_figures(report['rows'], words)}{after}{tables}"


def _figures(rows: Mapping[str, int], words: Text) -> str:
    """The rows of the file and what they come to; the four add up."""
    names = {
        "read": words("rows of the file"),
        "new": words("new"),
        "changed": words("changed"),
        "unchanged": words("no change"),
        "refused": words("refused"),
    }
    whole = int(rows["read"])
    shown = "".join(
        figure(
            names[name],
            words.number(int(rows[name])),
            words,
            below=words.percent(int(rows[name]) / whole) if int(rows[name]) and name != "read" else "",
        )
        for name in _COUNTED
    )
    return f'<div class="figures" title="{e(counts(rows, words))}">{shown}</div>'


def _problems(report: Mapping[str, Any], words: Text, more: str = "") -> str:
    """Every reason for which rows are refused."""
    named = refusals(words)
    lines = [
        (
            f"<b>{e(named.get(each['reason'], each['reason']))}</b>",
            e(each["column"]),
            e(words.number(int(each["rows"]))),
            _examples(each["examples"], words),
        )
        for each in report["problems"]
    ]
    heads = (words("reason"), words("column"), words("rows"), words("for example") if lines and lines[0][3] else "")
    return _table(words("Refused rows"), heads, lines, words("No row is refused"), "problems", more)


def _examples(examples: Sequence[Mapping[str, Any]], words: Text) -> str:
    return "".join(
        f"<span>{e(words('row {n}', n=words.number(each['row'])) if each['row'] is not None else '')}"
        f" <i>{e(each['said'])}</i></span>"
        for each in examples
    )


def _noticed(report: Mapping[str, Any], words: Text) -> str:
    """Traps of real files, each handled by a rule."""
    named = noticed(words)
    lines = [
        (
            e(named.get(each["code"], each["code"])),
            e(words.number(int(each["count"]))),
            "".join(f"<span><i>{e(one)}</i></span>" for one in each["examples"]),
        )
        for each in report["noticed"]
    ]
    heads = (words("noticed"), words("cases"), words("for example") if any(line[2] for line in lines) else "")
    return _table(words("Noticed in the file"), heads, lines, words("Nothing was noticed"), "noticed")


def _unknown(found: Sequence[Mapping[str, Any]], words: Text) -> str:
    """Words that the mapping does not know."""
    if not found:
        return ""
    named = kinds(words)
    lines = []
    for each in found:
        shown = "".join(f"<span><i>{e(word)}</i> {e(words.number(int(times)))}</span>" for word, times in each["words"])
        rest = int(each["different"]) - len(each["words"])
        more = f"<span>{e(words.many('and {n} more', 'and {n} more', rest))}</span>" if rest > 0 else ""
        lines.append(
            (
                e(each["column"]),
                e(named.get(each["kind"], each["kind"])),
                e(words.number(int(each["rows"]))),
                shown + more,
            )
        )
    heads = (words("column"), words("what it is"), words("rows"), words("words and their rows"))
    return _table(words("Words the mapping does not know"), heads, lines, "", "unknown")


def _first(first: Mapping[str, Any], words: Text) -> str:
    """The first rows as the file has them, where nothing of a person stands."""
    if not first.get("rows"):
        return ""
    lines = [(e(number), *(e(cell) for cell in cells)) for number, cells in first["rows"]]
    notes = []
    if first["personal"]:
        names = "、".join(first["personal"]) if words.language == "zh" else ", ".join(first["personal"])
        notes.append(words("personal, not shown: {names}", names=names))
    if first["unread"]:
        notes.append(words.many("{n} column is not read", "{n} columns are not read", int(first["unread"])))
    notes.append(words("the rest masked"))
    note = f"<span>{e(' · '.join(notes))}</span>"
    heads = (words("row"), *first["columns"])
    return _table(words("The first rows"), heads, lines, "", "first", note)


def _table(
    title: str, heads: Sequence[str], lines: Sequence[Sequence[str]], nothing: str, name: str, more: str = ""
) -> str:
    """One table; its cells are markup already."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    head = "".join(f"<th>{e(each)}</th>" for each in heads)
    table = (
        f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>" if body else ""
    )
    empty = "" if body else f'<p class="nothing">{e(nothing)}</p>'
    return f'<section class="found {name}"><div class="head"><h2>{e(title)}</h2>{more}</div>{table}{empty}</section>'
