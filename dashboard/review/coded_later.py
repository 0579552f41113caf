"""What coded words are called in the parts of a review that follow up, tell conditions and risk, and look ahead."""

from dashboard.text import Text


def standing_name(code: str, words: Text) -> str | None:
    """How a case of the last list stands, and what is counted of them."""
    named = {
        "total": words("All, each once"),
        "resolved": words("resolved"),
        "open": words("open"),
        "overdue": words("past the deadline"),
        "withdrawn": words("withdrawn"),
        "transferred": words("transferred"),
        "not_recorded": words("not recorded"),
        "gone": words("not known any more"),
        "reopened": words("reopened"),
        "answered": words("hand-up answered"),
        "waiting": words("hand-up without an answer"),
    }
    return named.get(code)


def rule_name(code: str, words: Text) -> str | None:
    """Why something is to be watched."""
    named = {
        "red": words("Stands red"),
        "unusual": words("Alarm stands"),
        "risen": words("Clearly more new cases"),
        "topic": words("Topic that rises"),
        "backlog": words("Backlog grows and ages"),
        "owes": words("Owes answers past the deadline"),
        "answers": words("Answers under the target"),
        "fallen": words("Fell in the ranking"),
    }
    return named.get(code)


def about_name(code: str, words: Text) -> str | None:
    """What something to be watched is."""
    named = {
        "area": words("Area"),
        "type": words("Matter"),
        "department": words("Department"),
        "kind": words("Kind"),
        "topic": words("Topic"),
    }
    return named.get(code)


def state_name(code: str, words: Text) -> str | None:
    """The condition of a community."""
    named = {"steady": words("Steady"), "watch": words("To be watched"), "strained": words("Strained"), "": ""}
    return named.get(code)


def indicator_name(code: str, words: Text) -> str | None:
    """Of the assessment and of the index of communities."""
    named = {
        "same_day": words("Same-day resolution"),
        "on_time": words("Closed on time"),
        "kept": words("Not reopened"),
        "on_the_spot": words("Corrected on the spot"),
        "volume": words("Cases against the usual"),
        "grave": words("Red and orange ones"),
        "petitions": words("Petitions"),
        "reopened": words("Reopened"),
        "overdue": words("Past deadline"),
    }
    return named.get(code)


def warning_name(code: str, words: Text) -> str | None:
    """What a warning rests on."""
    named = {
        "expected_load": words("Expected load"),
        "yesterday": words("Yesterday's load"),
        "mean_28_days": words("Mean of 28 days"),
        "ceiling": words("The best possible"),
        "best": words("The best possible"),
        "chance": words("By chance alone"),
        "unusual": words("Unusual"),
    }
    return named.get(code)


def fact_name(code: str, words: Text) -> str | None:
    """Of the tables that say something of a part as a whole."""
    named = {
        "has_before": words("Last meeting frozen"),
        "first": words("First day"),
        "last": words("Last day"),
        "as_of": words("As known at"),
        "checksum": words("Checksum"),
        "late": words("Records that came late"),
        "late_cases": words("Cases they are of"),
        "restated": words("Numbers restated"),
        "rules": words("Rules valid from"),
        "marks_share": words("Share of the marks"),
        "least_median_cases": words("Least cases of the median unit"),
        "steady": words("Steady from"),
        "watch": words("To be watched from"),
        "looks_a_day": words("Looks a day"),
        "days": words("Days"),
        "repeated": words("Repeated cases"),
        "repeated_places": words("Matters and places"),
        "topic_cases": words("Cases with words"),
        "topic_cases_before": words("Cases with words, before"),
        "topic_days_before": words("Days before"),
        "topic_every": words("Read: one case in so many"),
    }
    return named.get(code)


def later_head(column: str, words: Text) -> str | None:
    """What the columns of these parts are called."""
    named = {
        "due_before": words("Due by, then"),
        "standing": words("Stands"),
        "closed_at": words("Closed at"),
        "is_answered": words("Answered"),
        "is_waiting": words("Waiting"),
        "rule": words("Rule"),
        "about": words("What it is"),
        "was": words("It was"),
        "now": words("It is now"),
        "is_again": words("Again"),
        "owner": words("Owner"),
        "due": words("Due by"),
        "section": words("Part"),
        "table": words("Table"),
        "key": words("Row"),
        "column": words("Number of it"),
        "holds": words("What it is"),
        "state": words("Condition"),
        "per_thousand": words("Cases per thousand residents"),
        "indicator": words("Indicator"),
        "counted": words("Counted"),
        "weight": words("Weight"),
        "points": words("Points"),
        "earned": words("Points that count"),
        "zero": words("No points from"),
        "full": words("Full points from"),
        "red": words("Days red"),
        "orange": words("Days orange"),
        "days": words("Days"),
        "alarms": words("Alarms"),
        "is_red": words("Red at the end"),
        "is_alarm": words("Alarm at the end"),
        "forecast": words("Forecast"),
        "units": words("Units put first"),
        "captured": words("Load captured"),
        "load": words("Load"),
        "share": words("Share"),
        "alarm": words("Alarm"),
        "raised": words("Raised"),
        "chance": words("By chance alone"),
        "type_name": words("Matter"),
        "area_name": words("Area"),
        "following": words("Still followed"),
        "reopened_so_far": words("Reopened so far"),
        "word": words("Word"),
        "type_1": words("Mostly"),
        "type_2": words("then"),
        "type_3": words("and"),
        "is_risen": words("Clearly risen"),
        "upheld": words("Upheld"),
        "rejected": words("Rejected"),
        "moved": words("Cases moved"),
        "open": words("Open"),
    }
    return named.get(column)
