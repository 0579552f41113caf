"""What a profile says of a place: its structure, its counts, how it is drawn. The constants are in profiles/."""

from dataclasses import dataclass
from datetime import date

from seed.demo.shapes import Plan


@dataclass(frozen=True)
class Volume:
    """Cases of one year of 365 days."""

    appeals: int
    hazards: int
    warnings: int
    petitions_first: int  # request-for-decision petitions, first visits
    petitions_again: int  # second visits of the same party and matter within 90 days
    petitions_other: int
    capital_trips: int
    fraud: int
    wilful_damage: int
    gang: int
    theft: int
    brawl: int = 0
    group_incident: int = 0


@dataclass(frozen=True)
class Community:
    """``grids``: pairs of a kind and how many; the later kinds get the larger grids. ``area`` in km², as cut."""

    code: str
    name_zh: str
    name_en: str
    grids: tuple[tuple[str, int], ...]
    population: int
    area: float = 1.0
    micro_grids: int = 0  # below the grids, dealt out evenly

    @property
    def count(self) -> int:
        """Grids in all."""
        return sum(number for _, number in self.grids)


@dataclass(frozen=True)
class Subdistrict:
    """What one command centre is for. ``parent_code``: of the profile's ``above``, "" for none."""

    code: str
    name_zh: str
    name_en: str
    communities: tuple[Community, ...]
    mobile: int = 0
    parent_code: str = ""
    streets: int = 0


@dataclass(frozen=True)
class Drawing:
    """How the place is drawn: an outline in kilometres around a centre, and the streets between its communities.

    Without a plan the place is halved again and again, its subdistricts first.
    """

    lon: float
    lat: float
    outline: tuple[tuple[float, float], ...]
    plan: Plan | None
    seed: int
    warp: float = 0.09  # how far streets are bent, and over how long a stretch (km)
    wave: float = 1.0
    tries: int = 7  # cuts tried for each street; fewer for large places


@dataclass(frozen=True)
class FieldWork:
    """One activity of a year: how many times, for how many people (or buildings)."""

    activity: str
    name_zh: str
    name_en: str
    times: int
    people: int


@dataclass(frozen=True)
class Profile:
    """A place of the demo. ``years``: the last year and the year before it; earlier years are like the latter."""

    name: str
    title_zh: str
    title_en: str
    subdistricts: tuple[Subdistrict, ...]
    years: tuple[Volume, Volume]
    drawing: Drawing | None = None
    above: tuple[tuple[str, str, str, str, str], ...] = ()  # areas above: code, parent, level, name_zh, name_en
    unit_level: str = "grid"
    assessed_level: str = ""  # whom the subdistrict gives its fortnightly marks; "": the units
    level_names: tuple[tuple[str, str, str], ...] = ()
    staff: int = 0
    instructors: int = 0
    enterprises: int = 0
    risk_points: int = 0
    field_work: tuple[FieldWork, ...] = ()
    redrawn_on: date | None = None  # from this day on the places are those of ``redrawn``
    redrawn: "Profile | None" = None
    is_new_service: bool = False  # its appeal service opened shortly before the last year
    spread: float = 0.0  # degrees: how far its places lie apart where nothing is drawn
