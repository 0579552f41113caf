"""What the sections, tables and columns of a review are called; what has no words yet is called by its id."""

from dashboard.review.coded import figure_name, plain
from dashboard.review.coded_later import later_head
from dashboard.text import Text


def section_title(id: str, words: Text) -> str:
    """The heading of a part of the meeting."""
    named = {
        "headline": words("At a glance"),
        "why": words("Why the rates moved"),
        "ranking": words("Ranking"),
        "lists": words("The three lists"),
        "departments": words("Departments"),
        "stages": words("The six first-times"),
        "work": words("Field work and load"),
        "findings": words("To be looked at"),
        "followed": words("What became of the last meeting's lists"),
        "restated": words("Restated since the last meeting"),
        "condition": words("Condition of the communities"),
        "risk": words("Whether warnings were right"),
        "matters": words("What comes again"),
        "watch": words("To be watched"),
    }
    return named.get(id, plain(id))


def table_title(id: str, words: Text) -> str:
    """The heading of a table."""
    if id.startswith("why_"):
        return words("{figure}: what moved it", figure=figure_name(id.removeprefix("why_"), words))
    named = {
        "rates": words("Rates"),
        "counts": words("Cases reported, by kind"),
        "ranking": words("Ranking"),
        "ranking_about": words("About the ranking"),
        "stock": words("Stock: open cases burned down or not"),
        "variable_counts": words("Likely to turn worse, by reason"),
        "variable": words("Likely to turn worse"),
        "departments": words("How departments answered"),
        "clocks": words("Times between the stages"),
        "field_work": words("Field work"),
        "load": words("Cases per member and day"),
        "findings": words("To be looked at"),
        **_later_titles(words),
    }
    return named.get(id, plain(id))


def _later_titles(words: Text) -> dict[str, str]:
    return {
        "increment_types": words("New cases by matter"),
        "increment_communities": words("New cases by community"),
        "ranking_parts": words("What each indicator brought"),
        "rules": words("Rules of the assessment"),
        "objections": words("Objections"),
        "followed_counts": words("Cases of the last meeting's list"),
        "followed": words("The cases one by one"),
        "followed_watch": words("What was to be watched"),
        "followed_about": words("About the last meeting"),
        "restated": words("Numbers that read otherwise now"),
        "restated_about": words("About the last document"),
        "condition": words("Condition index"),
        "condition_parts": words("What the index is made of"),
        "condition_about": words("About the index"),
        "condition_rules": words("Rules of the index"),
        "risk_units": words("Units that stood red or orange"),
        "risk_capture": words("What forecasts captured"),
        "risk_alarms": words("What came of alarms"),
        "risk_about": words("About the warnings"),
        "repeated": words("Matters repeated at one place"),
        "reopened": words("Matters opened again"),
        "topics": words("Topics that rise"),
        "matters_about": words("About what comes again"),
        "watch": words("To be watched until the next meeting"),
    }


def table_note(id: str, words: Text) -> str:
    """How a table is to be read; empty where that needs no words."""
    if id.startswith("why_"):
        return words(
            "Points each part brought: by having more or fewer cases, and by its own rate. Clear: its own rate changed "
            "beyond chance"
        )
    between = words("In brackets what 90 % of chance allows")
    named = {
        "rates": between,
        "counts": between,
        "ranking": words("Arrows: moved beyond chance. Change: points of a unit's own figures against its kind's mean"),
        "departments": between,
        "clocks": words("Cases still open are counted; more than so long where so many are not through yet"),
        "load": words("Whole days of the period that have ended; units without staff recorded are left out"),
        "findings": words("Questions to ask, not verdicts"),
        "variable": words("Cases stand by their numbers; police reports and petitions are not shown one by one"),
    }
    return named.get(id, "")


def empty_note(id: str, words: Text) -> str:
    """What is said of a table without rows."""
    if id.startswith("why_"):
        return words("Nothing to compare with: the earlier period was not recorded")
    named = {
        "findings": words("Nothing stands out"),
        "ranking": words("Nobody can be ranked over these days"),
        "load": words("No staff is recorded"),
    }
    return named.get(id, words("Nothing in this period"))


def head(table: str, column: str, words: Text) -> str:
    """What a column is called in full."""
    own = _own_head(table, column, words)
    if own:
        return own
    for ending, said in (("_before", words("{name}, before")), ("_last_year", words("{name}, a year before"))):
        if column.endswith(ending) and len(column) > len(ending):
            return said.format(name=head(table, column.removesuffix(ending), words))
    return _joint_heads(table, words).get(column) or later_head(column, words) or plain(column)


def _own_head(table: str, column: str, words: Text) -> str:
    """Where the same id says something else in one table."""
    if table == "counts" and column in ("low", "high"):
        return words("Ratio from (90 %)") if column == "low" else words("Ratio to (90 %)")
    if table == "rates" and column in ("low", "high"):
        return words("Change from (90 %)") if column == "low" else words("Change to (90 %)")
    if table == "departments" and column in ("low", "high"):
        return words("Rate from (90 %)") if column == "low" else words("Rate to (90 %)")
    named = {
        ("departments", "n"): words("Due"),
        ("departments", "good"): words("In time"),
        ("departments", "name"): words("Department"),
        ("counts", "name"): words("Kind"),
        ("stock", "name"): words("Kind"),
        ("stock", "open_before"): words("Open at the start"),
        ("stock", "open"): words("Open at the end"),
        ("stock", "median_age_before"): words("Median age at the start, days"),
        ("stock", "median_age"): words("Median age at the end, days"),
        ("ranking", "name"): words("Unit"),
        ("load", "name"): words("Unit"),
        ("load", "load"): words("Cases per member and day"),
        ("field_work", "name"): words("Activity"),
        ("findings", "name"): words("Where"),
        ("findings", "n"): words("Of all"),
        ("findings", "figure"): words("Figure it flatters"),
        ("variable_counts", "part"): words("Reason"),
        ("variable", "area"): words("Area"),
        ("clocks", "clock"): words("Interval"),
        ("condition", "name"): words("Community"),
        ("condition", "low"): words("Score from (90 %)"),
        ("condition", "high"): words("Score to (90 %)"),
        ("condition_parts", "area"): words("Community"),
        ("condition_parts", "n"): words("Held against"),
        ("condition_parts", "value"): words("Ratio"),
        ("risk_alarms", "n"): words("Followed"),
        ("risk_alarms", "good"): words("Were right"),
        ("risk_units", "name"): words("Unit"),
        ("objections", "name"): words("Unit"),
        ("objections", "n"): words("Objections"),
        ("increment_communities", "name"): words("Community"),
        ("increment_types", "name"): words("Matter"),
        ("reopened", "name"): words("Matter"),
        ("reopened", "good"): words("Reopened"),
        ("restated", "name"): words("Row"),
        ("watch", "name"): words("Which"),
        ("watch", "value"): words("It is now"),
        ("followed_watch", "name"): words("Which"),
        ("followed_watch", "now"): words("It is now"),
        ("followed_counts", "part"): words("How they stand"),
    }
    return named.get((table, column), "")


def _joint_heads(table: str, words: Text) -> dict[str, str]:
    return {
        "figure": words("Figure"),
        "name": words("Name"),
        "n": words("Number of cases"),
        "good": words("Good of them"),
        "rate": words("Rate"),
        "is_provisional": words("Provisional"),
        "is_recorded": words("Recorded"),
        "change": words("Change"),
        "ratio": words("Ratio"),
        "target": words("Target"),
        "low_to_target": words("To target from (90 %)"),
        "high_to_target": words("To target to (90 %)"),
        "by": words("Told by"),
        "part": words("Part"),
        "mix": words("By its share of cases"),
        "own": words("By its own rate"),
        "is_clear": words("Clear"),
        "area": words("Area"),
        "kind": words("Kind"),
        "rank": words("Rank"),
        "rank_low": words("Rank from (90 %)"),
        "rank_high": words("Rank to (90 %)"),
        "ranked_of": words("Units ranked"),
        "tier": words("Tier"),
        "movement": words("Moved"),
        "score": words("Score"),
        "change_low": words("Change from (90 %)"),
        "change_high": words("Change to (90 %)"),
        "has_marks": words("Marks count"),
        "fact": words("About"),
        "key": words("Kind"),
        "open": words("Open"),
        "opened": words("Came in"),
        "closed": words("Went out"),
        "case": words("Case"),
        "risk": words("Level"),
        "department": words("Department"),
        "reported_at": words("Reported"),
        "due_at": words("Due by"),
        "is_near_deadline": words("Near deadline"),
        "is_reopened": words("Reopened"),
        "is_repeated": words("Repeated"),
        "is_unanswered": words("Unanswered"),
        "lapsed": words("Lapsed"),
        "waiting": words("Waiting"),
        "overdue": words("Past deadline"),
        "reached": words("Through"),
        "median_minutes": words("Median, minutes"),
        "p90_minutes": words("90th percentile, minutes"),
        "followed_minutes": words("Longest followed, minutes"),
        "times": words("Times"),
        "people": words("People"),
        "member_days": words("Member-days"),
        "load": words("Load"),
        "finding": words("Finding"),
        "of": words("Where"),
        "cutoff": words("Cut-off"),
        "observed": words("Observed"),
        "expected": words("Expected"),
        "p": words("Chance of as much"),
        "value": words("Value") if table.endswith("_about") else words("Rate as it stands"),
        "value_without": words("Without these"),
        "day": words("Day"),
        "type": words("Type"),
        "topic": words("Topic"),
        "low": words("From (90 %)"),
        "high": words("To (90 %)"),
    }
