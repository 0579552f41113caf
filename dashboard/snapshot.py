"""What a shared screen draws: one immutable picture of a subdistrict, made by live.py, read by every viewer.

Drawing functions take a Snapshot and a language and nothing else. Every moment is an aware UTC timestamp; screens
convert to ``place.time_zone``. A figure a source cannot give is None ("not recorded"); a rate without cases has n = 0
and rate None ("—"). Frames are never changed in place.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pandas as pd


@dataclass(frozen=True)
class Place:
    """The place a picture is of, and what stands on its map."""

    subdistrict_id: int
    name_zh: str
    name_en: str
    time_zone: str  # IANA name of the store's time zone
    is_illustrative: bool  # boundaries drawn by us: the screen says so
    has_boundaries: bool  # False: the map is an ordered tile map by community
    unit_level: str  # the level drawn on the map: grid, or the smallest the store has
    unit_zh: str  # its name on the screen: 小分格, 社区 …
    unit_en: str


@dataclass(frozen=True)
class SameDay:
    """Today's same-day resolution of appeals while the day runs, always provisional."""

    is_recorded: bool  # False: no source gives closing times
    n: int  # reported today, less those withdrawn
    resolved: int
    winnable: int  # open, can still be resolved before midnight
    lost: int  # cannot be won any more: reopened elsewhere, or due to wait beyond midnight
    rate: float | None  # resolved / n
    best: float | None  # (resolved + winnable) / n
    like_days: tuple[tuple[date, float | None], ...]  # last four like days, rate at the same clock time, as then known
    day: date
    is_provisional: bool = True  # False: of chosen days that have been followed to their end


@dataclass(frozen=True)
class Increment:
    """控增量: cases reported today against what is usual by this time on like days."""

    today: int  # of chosen days: all of them
    usual_low: float | None  # 10th and 90th percentile of the last 8 like days at this clock time
    usual_high: float | None


@dataclass(frozen=True)
class Stock:
    """减存量: open cases by age in days: 0-1, 1-3, 3-7, 7-15, over 15."""

    is_recorded: bool
    open: int
    by_age: tuple[int, int, int, int, int]
    open_yesterday: int | None  # at this clock time, as then known
    overdue: int | None  # open past their deadline; None where no deadlines are recorded


@dataclass(frozen=True)
class Variable:
    """防变量: open cases likely to turn worse; one case may count in several parts, once in the total."""

    total: int
    near_deadline: int  # past 80 % of the deadline
    reopened: int
    repeated: int  # the third at one place in 30 days
    unanswered: int  # with an escalation nobody has answered


@dataclass(frozen=True)
class OnTime:
    """按期办结率 over the last 14 local days. None where no deadlines are recorded."""

    n: int
    on_time: int
    rate: float | None


@dataclass(frozen=True)
class Share:
    """A share of cases that were in time."""

    n: int
    good: int

    @property
    def rate(self) -> float | None:
        """Good ÷ n; None without cases."""
        return self.good / self.n if self.n else None


@dataclass(frozen=True)
class Stages:
    """六个第一时间: the clocks between the six stages of the last 14 local days, today included, and of the 14 days
    before as they were known then, so that both have the same follow-up.
    """

    period: tuple[date, date]
    #: One row per clock that a source records, in the order of the stages, total handling time last: clock, n (cases on
    #: it), reached, median_minutes, p90_minutes (NaN: more than followed_minutes), followed_minutes, is_provisional
    clocks: pd.DataFrame
    before: pd.DataFrame  # the same columns
    #: The same by community, but is_provisional: area_id, name_zh, name_en before them
    communities: pd.DataFrame
    urgent: Share | None  # dispatched within the limit of urgent cases; None: no source records dispatch
    urgent_before: Share | None
    urgent_limit: timedelta
    ordinary: Share | None
    ordinary_before: Share | None
    ordinary_limit: timedelta


@dataclass(frozen=True)
class Step:
    """The map at a past moment, as it was known then."""

    at: datetime
    levels: tuple[tuple[int, str], ...]  # area_id and level of each unit that was not normal


@dataclass(frozen=True)
class Replay:
    """The last 24 hours, told by half hours."""

    moments: tuple[datetime, ...]  # whole half hours of the clock, oldest first
    steps: tuple[Step, ...]  # those whose levels are known, without a gap up to the newest
    #: One row per case, oldest first: reported_at, risk, area_id, lon, lat (missing where it has no place of its own).
    #: Only kinds that may be shown.
    cases: pd.DataFrame


@dataclass(frozen=True)
class ModeSince:
    """Since when the mode holds, and why."""

    since: datetime | None = None  # None: none was ever set
    reason_zh: str = ""
    reason_en: str = ""
    is_by_rule: bool = False  # a rule has set it, not a person


@dataclass(frozen=True)
class Inflow:
    """What came in since an emergency began, and at least in the last hour."""

    since: datetime
    reported: int
    red: int
    orange: int
    open: int  # of those reported
    usual: float | None  # cases of as long a time at these hours of the day, by the last 28 days; None: not known
    #: One row per five minutes of the clock, the last three hours at most, the last one still running: from_at,
    #: reported, red, orange, usual (float, NaN where not known)
    slots: pd.DataFrame


@dataclass(frozen=True)
class Duty:
    """Who is on duty, by the last handover; None: nobody has ever handed over."""

    officer: str | None = None
    #: The last handovers, newest first: handover_id, handed_at, from_officer, to_officer, note
    handovers: pd.DataFrame = field(default_factory=pd.DataFrame)


def _no_cases() -> pd.DataFrame:
    return pd.DataFrame({"is_shown": pd.Series(dtype="bool"), "is_unacknowledged": pd.Series(dtype="bool")})


@dataclass(frozen=True)
class Health:
    """What the data-health page shows beside the sources."""

    #: One row per wall that was given a token, newest first: wall_id, label, created_at, expires_at, revoked_at,
    #: last_seen_at
    walls: pd.DataFrame = field(default_factory=pd.DataFrame)
    #: One row per batch, the newest twelve: batch_id, source, name_zh, name_en, mode, file_name, recorded_at,
    #: rows_read, rows_new, rows_changed, rows_unchanged, rows_refused, rows_parked
    batches: pd.DataFrame = field(default_factory=pd.DataFrame)
    #: One row per source and reason of the last seven days: source, name_zh, name_en, reason, column_name,
    #: refused_rows, last_at
    refused: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Earlier:
    """The days that chosen days are compared with, and same-day resolution in them."""

    days: tuple[date, date]
    rate: float | None  # None: nobody can say, since nothing was recorded then or no case counted
    is_clear: bool  # the change since is beyond chance


@dataclass(frozen=True)
class Narrowing:
    """To what a viewer has narrowed a picture: its figures and lists are of that alone, its map and sources of all."""

    whole: "Snapshot | None" = None  # the picture that was narrowed
    area_id: int | None = None  # None: the whole subdistrict
    inside: frozenset[int] | None = None  # area_id of all areas in it; None: of the whole subdistrict
    name_zh: str = ""
    name_en: str = ""
    kinds: tuple[str, ...] = ()  # none: those each figure is of by its definition
    days: tuple[date, date] | None = None  # None: the figures' own days, up to now
    earlier: Earlier | None = None  # None without chosen days, and where closing times are not recorded


@dataclass(frozen=True)
class Snapshot:
    """One picture of a subdistrict."""

    place: Place
    as_of: datetime  # data as of: the newest recorded_at it has seen
    moment: datetime  # what its figures are about: the clock; of a store that holds history alone, its last record
    is_live: bool  # False: records imported once, which end at `moment`
    made_at: datetime  # the server's clock when the picture was finished
    version: int  # of the subdistrict's store
    serial: int  # rises with every new picture, also when only the clock has moved
    mode: str  # normal, emergency
    same_day: SameDay
    increment: Increment
    stock: Stock
    variable: Variable
    on_time: OnTime
    #: One row per unit on the map, ordered by community and position: area_id, code, name_zh, name_en, short_name,
    #: kind, community_id, community_zh, community_en, lon, lat, boundary (GeoJSON dict or None),
    #: level (red, orange, yellow, blue, normal), score (float, higher is worse), observed (cases of 24 h, int),
    #: expected (float), p_unusual (mid-p), is_alarm (survives the false-discovery control), expected_load (float,
    #: severity-weighted red and orange cases of the next 24 h), overdue (int), escalated (int), risk_points (int,
    #: open), observed_6_hours (int), expected_6_hours (float), and the points the score is the sum of: part_unusual,
    #: part_load, part_overdue, part_escalated, part_risk_points
    grids: pd.DataFrame
    #: One row per community: area_id, code, name_zh, name_en, lon, lat, boundary
    communities: pd.DataFrame
    #: One row per ranked unit, best first within kind: area_id, name_zh, name_en, kind, rank, rank_low, rank_high
    #: (90 % interval), ranked_of, tier (1 best, 2 no clear difference, 3 worst), movement (-1, 0, 1: worse, same,
    #: better beyond chance), score (0-100), n. Empty where units are too small to rank.
    ranking: pd.DataFrame
    ranking_period: tuple[date, date]
    #: One row per pending escalation, next to breach first: case_id, escalation_no, risk, title_zh, title_en, area_id,
    #: area_zh, area_en, department_zh, department_en, duty_phone, level, raised_at, deadline_at, supervised_count
    escalations: pd.DataFrame
    #: The newest 30 red and orange cases and, where fewer, others; newest first: case_id, reported_at, risk, kind,
    #: title_zh, title_en, area_id, area_zh, area_en, channel_zh, channel_en, state, lon, lat. Police reports and
    #: petitions are left out: visitors read the wall.
    latest: pd.DataFrame
    #: Points for the heat of the last 6 hours: lon, lat, weight (severity x recency). Only kinds that may be shown.
    heat: pd.DataFrame
    #: Open risk points: lon, lat, risk, name_zh, name_en
    risk_points: pd.DataFrame
    #: One row per source: source, name_zh, name_en, beat_at, last_row_at, expected_every (seconds), records_times
    sources: pd.DataFrame
    #: One row per local day, the last 28 and today last: day, reported, same_day_n, same_day_resolved (appeals; at the
    #: day's end, before any reopening), due, due_on_time, open (cases open at the day's end, now for today), escalated
    #: (hand-ups of the day), late_answers (hand-ups whose answer was due that day and did not come in time).
    #: What a source does not record is missing (None).
    days: pd.DataFrame = field(default_factory=pd.DataFrame)
    #: One row per unit, appeals of two equal periods with equal follow-up, seven whole local days each: area_id, n,
    #: resolved (by each day's end), n_before, resolved_before.
    units: pd.DataFrame = field(default_factory=pd.DataFrame)
    #: None: not asked yet, or it could not be.
    stages: Stages | None = None
    #: Communities as `ranking` has units, where units below them are ranked; empty where they are not ranked.
    ranking_communities: pd.DataFrame = field(default_factory=pd.DataFrame)
    #: The last 24 hours of the map; None where they could not be asked for.
    replay: Replay | None = None
    #: Areas beside the subdistrict, nearest first: area_id, name_zh, name_en, boundary
    neighbours: pd.DataFrame = field(default_factory=pd.DataFrame)
    #: Police reports and petitions of the last 7 days, counted: area_id, kind, n (missing: under 3)
    counted: pd.DataFrame = field(default_factory=pd.DataFrame)
    mode_since: ModeSince = field(default_factory=ModeSince)
    #: One row per open red or orange case, red ones nobody has acknowledged first: case_id, reported_at, risk, kind,
    #: title_zh, title_en, area_id, area_zh, area_en, department_zh, department_en, duty_phone, level_zh, level_en,
    #: dispatched_at, due_at, is_escalated, answer_due_at, acknowledged_at, acknowledged_by, lon, lat, is_unacknowledged
    #: (red, and seen by nobody), is_shown (False: of a kind that no screen for visitors may show)
    grave: pd.DataFrame = field(default_factory=_no_cases)
    inflow: Inflow | None = None
    duty: Duty = field(default_factory=Duty)
    health: Health = field(default_factory=Health)
    narrowing: Narrowing | None = None
