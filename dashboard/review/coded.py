"""What coded words of a review are called: figures, findings, clocks, cut-offs, parts of lists, levels, tiers."""

from typing import Any, Final

from dashboard.review import coded_later as later
from dashboard.text import Text
from dashboard.widgets.panels.ranking import kind_name, tier_name
from dashboard.widgets.panels.stages import clock_name
from queries import catalogue

_LEVELS: Final = ("red", "orange", "yellow", "blue")


def figure_name(id: str, words: Text) -> str:
    """The figure's name in the catalogue; an id that it does not have as a plain word."""
    found = catalogue.figures().get(id)
    return words.label(found) if found is not None else plain(id)


def finding_name(id: str, words: Text) -> str:
    """A finding of units is a figure of the catalogue; those of sources have words of their own."""
    named = {
        "source_silent": words("Reports nothing"),
        "source_repeats": words("Repeats its records"),
        "source_sent_again": words("Sends a batch again"),
    }
    return named.get(id) or figure_name(id, words)


def cutoff_word(cutoff: str, words: Text) -> str:
    """What a finding's cut-off is called, which findings.toml names."""
    named = {
        "midnight": words("midnight"),
        "deadline": words("the deadline"),
        "cycle": words("the end of the cycle"),
        "minute": words("within a minute"),
        "same_day": words("seven days"),
        "reopened": words("thirty days"),
        "again": words("within a day"),
        "reports": words("reports"),
        "source": words("source"),
    }
    return named.get(cutoff, plain(cutoff))


def part_name(part: str, words: Text) -> str:
    """Why an open case is likely to turn worse."""
    named = {
        "total": words("All, each once"),
        "near_deadline": words("near deadline"),
        "reopened": words("reopened"),
        "repeated": words("repeated"),
        "unanswered": words("unanswered"),
    }
    return named.get(part, plain(part))


def by_name(by: str, words: Text) -> str:
    """What a rate's change is told by."""
    named = {
        "area": words("By area"),
        "type": words("By type"),
        "kind": words("By kind"),
        "channel": words("By channel"),
    }
    return named.get(by, plain(by))


def risk_name(risk: str, words: Text) -> str:
    """The level's word."""
    named = dict(zip(_LEVELS, (words("Red"), words("Orange"), words("Yellow"), words("Blue")), strict=True))
    return named.get(risk, words("Normal"))


def fact_name(fact: str, words: Text) -> str:
    """What is said of a ranking as a whole."""
    named = {
        "level": words("Level ranked"),
        "marks": words("The subdistrict's marks"),
        "without_marks": words("Units without marks"),
    }
    return named.get(fact) or later.fact_name(fact, words) or plain(fact)


def fact_value(fact: str, value: str, words: Text) -> str:
    """The same of what is said."""
    if fact == "level":
        named = {"grid": words("Grids"), "community": words("Communities"), "subdistrict": words("Subdistricts")}
        return named.get(value, value) if value else words("none: too few cases")
    if fact == "marks":
        named = {
            "given": words("given for all units"),
            "earlier": words("those of an earlier period"),
            "partial": words("some units have none"),
            "missing": words("not in yet"),
        }
        return named.get(value, value)
    if fact == "has_before":
        return words("yes") if value == "yes" else words("no")
    return value


def plain(id: str) -> str:
    """A code as it can be read where it has no words."""
    said = id.replace("_", " ").strip()
    return said[:1].upper() + said[1:]


def coded(table: str, column: str, value: Any, record: dict[str, Any], words: Text) -> str | int | float | None:
    """A coded cell in words; any other as it is."""
    if not isinstance(value, str):
        return tier_name(int(value), words) if column == "tier" and value in (1, 2, 3) else value
    if table.endswith("_about") and column in ("fact", "value"):
        return fact_name(value, words) if column == "fact" else fact_value(str(record["fact"]), value, words)
    of_any = {"figure": figure_name, "finding": finding_name, "cutoff": cutoff_word, "clock": clock_name}
    of_one = {
        ("variable_counts", "part"): part_name,
        ("variable", "risk"): risk_name,
        ("ranking", "kind"): kind_name,
    }
    found = _later(table, column, value, words)
    if found is not None:
        return found
    name = of_one.get((table, column)) or of_any.get(column) or (by_name if table.startswith("why") else None)
    if name is by_name and column != "by":
        return value
    return name(value, words) if name is not None else value


def _later(table: str, column: str, code: str, words: Text) -> str | None:
    """A code of the parts that look back and ahead; None for what is none of theirs."""
    if table == "followed_counts" and column == "part":
        return later.standing_name(code, words)
    naming = {
        "standing": later.standing_name,
        "rule": later.rule_name,
        "about": later.about_name,
        "state": later.state_name,
        "indicator": later.indicator_name,
        "forecast": later.warning_name,
        "alarm": later.warning_name,
    }
    return naming[column](code, words) if column in naming else None
