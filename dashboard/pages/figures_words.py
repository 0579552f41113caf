"""Owns what the further columns of an answer, and the codes in them, are called: as in a review, or by words of their
own.
"""

from typing import Any

from dashboard.live import questions
from dashboard.live.questions import By
from dashboard.pages.laptop.pieces import level_word
from dashboard.pages.laptop.state import Question
from dashboard.review import heads
from dashboard.review.coded import coded, figure_name
from dashboard.text import Text
from dashboard.widgets.panels.ranking import kind_name


def column_word(name: str, words: Text) -> str:
    """What a further column is called; a name that has no words yet is shown as it can be read."""
    named = _of_cases(words) | _of_stock(words) | _of_escalations(words) | _of_units(words) | _of_findings(words)
    return named.get(name) or heads.head("", name, words)


def code_word(name: str, value: Any, question: Question, words: Text) -> Any:
    """A code of a further column in words; any other value as it is."""
    if not isinstance(value, str):
        return coded("", name, value, {}, words)
    filter = question.asked.filter
    if name == "kind":
        kinds = questions.key_labels(filter, By.KIND, words.language)
        return kinds[value][0] if value in kinds else kind_name(value, words)
    if name in ("risk", "level"):
        levels = questions.level_labels(filter.today).set_index("code")
        return words.label(levels.loc[value]) if value in levels.index else level_word(value, words)
    if name == "flattered":
        return figure_name(value, words)
    return coded("", name, value, {}, words)


def _of_cases(words: Text) -> dict[str, str]:
    return {
        "extended": words("Deadlines extended"),
        "winnable": words("Can still be closed today"),
        "lost": words("Cannot be closed today any more"),
        "best": words("Best that can still be reached"),
        "resolved_before": words("Resolved, before"),
        "mean": words("Mean"),
        "unknown": words("Of unknown parties"),
        "open_above": words("Open above the community"),
        "open_base": words("Open at the grid or in the community"),
        "reopened_so_far": words("Reopened so far"),
        "median_minutes": words("Median, minutes"),
        "p90_minutes": words("90th percentile, minutes"),
        "reached": words("Reached"),
        "clock": words("Interval"),
        "reported": words("Reported"),
        "due": words("Due"),
        "due_on_time": words("Due, and resolved by then"),
        "activity": words("Activity"),
        "per_member_day": words("Cases per member and day"),
        "type_id": words("Number of the matter"),
        "matter": words("Matter"),
        "risk": words("Risk level"),
        "hours_ago": words("Hours ago"),
        "lon": words("Longitude"),
        "lat": words("Latitude"),
        "cases": words("Cases"),
        "matters": words("Matters"),
        "areas": words("Areas"),
        "area_cases": words("Located cases of these areas"),
        "is_label_point": words("An area's label point"),
    }


def _of_stock(words: Text) -> dict[str, str]:
    return {
        "to_1_day": words("Under 1 day"),
        "to_3_days": words("1 to 3 days"),
        "to_7_days": words("3 to 7 days"),
        "to_15_days": words("7 to 15 days"),
        "over_15_days": words("15 days and more"),
        "overdue": words("Past deadline"),
        "with_deadline": words("With a deadline"),
        "near_deadline": words("Near deadline"),
        "reopened": words("Reopened"),
        "repeated": words("Repeated"),
        "unanswered": words("Unanswered"),
        "opened": words("Opened"),
        "closed": words("Cases closed"),
        "open_before": words("Open at the start"),
        "median_age_before": words("Median age at the start, days"),
        "median_age_between": words("Median age between the weeks, days"),
        "median_age": words("Median age at the end, days"),
        "span": words("Span"),
        "from_at": words("From"),
        "to_at": words("To"),
        "is_growing": words("Backlog grows"),
        "opened_first": words("Opened in the first week"),
        "opened_last": words("Opened in the second week"),
        "closed_first": words("Closed in the first week"),
        "closed_last": words("Closed in the second week"),
    }


def _of_escalations(words: Text) -> dict[str, str]:
    return {
        "longest_waited_minutes": words("Longest wait, minutes"),
        "median_waited_minutes": words("Median wait, minutes"),
        "next_deadline_at": words("Next deadline"),
        "without_deadline": words("Without a deadline"),
        "supervised": words("Supervised"),
        "supervised_count": words("Times supervised"),
        "raised_at": words("Raised"),
        "deadline_at": words("Deadline"),
        "duty_phone": words("Duty phone"),
        "escalated": words("Escalated"),
        "late_answers": words("Answers that came late or not"),
        "rate_low": words("Rate from (90 %)"),
        "rate_high": words("Rate to (90 %)"),
    }


def _of_units(words: Text) -> dict[str, str]:
    return {
        "code": words("Code"),
        "members": words("Members"),
        "units": words("Number of units"),
        "level": words("Level"),
        "score": words("Score"),
        "rank": words("Rank"),
        "tier": words("Tier"),
        "earned": words("Points earned"),
        "short_of_target": words("Short of the target"),
        "against_median": words("Against the median"),
        "standardised_rate": words("Rate at the usual mix"),
        "period_start": words("From"),
        "period_end": words("To"),
        "grave_72_hours": words("Red and orange cases, 72 h"),
        "observed_grave": words("Red and orange cases, 24 h"),
        "expected_grave": words("Red and orange cases expected, 24 h"),
        "p_unusual": words("Chance of as much"),
        "is_alarm": words("Alarm"),
        "part_unusual": words("Points: more than usual"),
        "part_load": words("Points: expected load"),
        "part_overdue": words("Points: past deadline"),
        "part_escalated": words("Points: escalations unanswered"),
        "part_risk_points": words("Points: risk points"),
    }


def _of_findings(words: Text) -> dict[str, str]:
    return {
        "flattered": words("Figure it flatters"),
        "figure_n": words("Denominator as it stands"),
        "figure_good": words("Numerator as it stands"),
        "n_without": words("Denominator with these cases"),
        "good_without": words("Numerator without these cases"),
        "is_called": words("To be looked at"),
        "case_ids": words("Case numbers"),
        "name": words("Source"),
        "since": words("From"),
        "until": words("To"),
        "is_running": words("Still lasts"),
        "reported_in_period": words("Cases of the period"),
        "daily_mean": words("Cases a day in the past"),
        "daily_variance": words("Their variance"),
        "batches": words("Batches"),
        "batches_observed": words("Batches without anything new"),
        "batches_before": words("Batches, before"),
        "batches_observed_before": words("Batches without anything new, before"),
    }
