"""Owns the five figures of the situation page: same-day resolution, what is new, what is open, what was on time,
escalations past their time. Each leads to its definition and to what is behind it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from dashboard.pages import situation_figures as figures
from dashboard.pages.laptop.frame import local
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import figure
from dashboard.pages.laptop.state import Address
from dashboard.snapshot import Increment, Snapshot
from dashboard.text import NO_RATE, Text


def five(snapshot: Snapshot, words: Text, address: Address) -> Iterable[str]:
    """Same-day resolution today, new today, open, on time, escalations past their time; each leads on to its definition
    and to what is behind it.
    """
    days = snapshot.days

    def about(figure: str) -> str:
        return link(address.to("figures", figure=figure))

    stock, on_time, chosen = snapshot.stock, snapshot.on_time, _chosen(snapshot)
    since = snapshot.same_day.day - timedelta(days=13)
    yield _same_day(snapshot, words, address)
    yield _new(snapshot, words, address)
    yield figure(
        words("Open"),
        words.number(stock.open) if stock.is_recorded else None,
        words,
        below=_against(stock.open, stock.open_yesterday, words, is_live=snapshot.is_live) if stock.is_recorded else "",
        n=words("{n} over 15 days", n=words.number(stock.by_age[4])) if stock.is_recorded else "",
        line=_column(days, "open"),
        about=about("stock"),
        to=link(address.to("cases", behind="open", **{"from": None, "to": None})),
    )
    yield figure(
        words("On time, 14 days") if chosen is None else words("On time"),
        words.percent(on_time.rate)
        if on_time.rate is not None or on_time.n
        else None
        if not stock.is_recorded
        else NO_RATE,
        words,
        below=words("{overdue} open past their deadline", overdue=words.number(stock.overdue))
        if stock.overdue is not None
        else "",
        n=words("n = {n}", n=words.number(on_time.n)) if on_time.n else "",
        line=_ratio(days, "due_on_time", "due"),
        about=about("on_time"),
        to=link(address.to("resolution", figure="on_time", **({"from": since} if chosen is None else {}))),
    )
    yield figure(
        words("Escalations past their time"),
        words.number(figures.overdue_escalations(snapshot)) if figures.knows_escalations(snapshot) else None,
        words,
        below=words("{n} waiting for an answer", n=words.number(len(snapshot.escalations)))
        if figures.knows_escalations(snapshot)
        else "",
        line=_column(days, "late_answers") if figures.knows_escalations(snapshot) else (),
        about=about("escalations_pending"),
        to=link(address.to("escalations")),
    )


def _same_day(snapshot: Snapshot, words: Text, address: Address) -> str:
    """Same-day resolution of today, or of the chosen days."""
    same_day, chosen = snapshot.same_day, _chosen(snapshot)
    if chosen is not None:
        name, below = words("Same-day resolution"), words.days(*chosen)
        about, to = address.to("figures", figure="same_day_resolution"), address.to("resolution")
    else:
        name = words("Same-day resolution today") if snapshot.is_live else words("Same-day resolution, last day")
        best = words("at best {rate}", rate=words.percent(same_day.best, 0)) if same_day.best is not None else ""
        below = " · ".join(part for part in (best, _like_days(snapshot, words)) if part)
        about = address.to("figures", figure="same_day_today")
        to = address.to("resolution", **{"from": same_day.day, "to": same_day.day})
    return figure(
        name,
        words.percent(same_day.rate) if same_day.is_recorded else None,
        words,
        tag=words("provisional") if same_day.rate is not None and same_day.is_provisional else "",
        below=below,
        n=words("n = {n}", n=words.number(same_day.n)),
        line=_ratio(snapshot.days, "same_day_resolved", "same_day_n"),
        about=link(about),
        to=link(to),
    )


def _new(snapshot: Snapshot, words: Text, address: Address) -> str:
    """What was reported today, or in the chosen days."""
    usual, days, chosen, zone = snapshot.increment, snapshot.days, _chosen(snapshot), snapshot.place.time_zone
    is_running = snapshot.is_live and (chosen is None or chosen[1] == local(snapshot.moment, zone).date())
    line = _column(days.iloc[:-1] if is_running else days, "reported")  # half a day is no fall
    value = words.number(usual.today)
    if chosen is not None:
        length = (chosen[1] - chosen[0]).days + 1
        a_day = words.number(usual.today / length, 0 if usual.today >= 10 * length else 1)
        return figure(
            words("New in these days"),
            value,
            words,
            below=words.days(*chosen),
            n=words("{n} a day", n=a_day) if length > 1 else "",
            line=line,
            about=link(address.to("figures", figure="volume")),
            to=link(address.to("cases")),
        )
    return figure(
        words("New today") if snapshot.is_live else words("New on the last day"),
        value,
        words,
        below=_usually(usual, words, is_live=snapshot.is_live),
        line=line,
        about=link(address.to("figures", figure="increment")),
        to=link(address.to("cases", **{"from": snapshot.same_day.day, "to": snapshot.same_day.day})),
    )


def _chosen(snapshot: Snapshot) -> tuple[date, date] | None:
    """The chosen days; None where the figures are of their own."""
    return None if snapshot.narrowing is None else snapshot.narrowing.days


def _like_days(snapshot: Snapshot, words: Text) -> str:
    rates = [rate for _, rate in snapshot.same_day.like_days if rate is not None]
    if not rates:
        return ""
    low, high = words.percent(min(rates), 0), words.percent(max(rates), 0)
    return words("usually {low}", low=low) if low == high else words("usually {low}–{high}", low=low, high=high)


def _usually(increment: Increment, words: Text, *, is_live: bool) -> str:
    if increment.usual_low is None or increment.usual_high is None:
        return ""
    low, high = words.number(increment.usual_low), words.number(increment.usual_high)
    if is_live:
        return words("by this time usually {low}–{high}", low=low, high=high)
    return words("usually {low}–{high}", low=low, high=high)


def _against(now: int, before: int | None, words: Text, *, is_live: bool) -> str:
    if before is None:
        return ""
    if now == before:
        return words("as many as yesterday") if is_live else words("as many as the day before")
    change = {"arrow": "↑" if now > before else "↓", "n": words.number(abs(now - before))}
    if is_live:
        return words("{arrow} {n} since yesterday", **change)
    return words("{arrow} {n} since the day before", **change)


def _column(days: pd.DataFrame, name: str) -> list[float]:
    """The last 14 days of a column; NaN where a day has none."""
    if name not in days.columns:
        return []
    return [float(value) if pd.notna(value) else float("nan") for value in days[name].tail(14)]


def _ratio(days: pd.DataFrame, part: str, whole: str) -> list[float]:
    parts, wholes = _column(days, part), _column(days, whole)
    return [a / b if b and b == b else float("nan") for a, b in zip(parts, wholes, strict=True)]
