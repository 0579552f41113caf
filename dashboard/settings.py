"""What the dashboard reads from the environment, checked once at start; the store's own settings live in the store."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class DashboardSettings(BaseSettings):
    """The dashboard's side of the environment. Variables carry the field's name in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    #: Where the dashboard reads: the role without write rights and without personal data.
    reader_url: str | None = None
    #: The owner's address, used only where no reader's is set (one command on one machine).
    database_url: str | None = None
    #: Where the dashboard acts: the role that may call the named commands.
    operator_url: str | None = None
    #: Whether a screen needs a token to be shown anything (python -m seed wall-token new).
    wall_tokens: Literal["required", "optional"] = "optional"
    #: Whether a paired laptop may mark hand-ups (supervise, acknowledge); off until people sign in by name.
    laptop_commands: Literal["off", "paired"] = "off"
    #: Whether a paired laptop may hand in files on the page /upload; without it there is no such page.
    uploads: Literal["off", "paired"] = "off"
    #: Folder through which files are handed to the worker of python -m seed uploads; DATA_DIR/uploads where not set.
    uploads_dir: Path | None = None
    data_dir: Path = Path(".data")
    #: The language where neither the address nor the browser names one: zh or en.
    dashboard_lang: str | None = None
    #: Code of the subdistrict to show; the store's first where it is not set.
    subdistrict: str | None = None
    #: File with the programmes of the wall (see dashboard/programmes.toml, which is used where it is not set).
    wall_programmes: Path | None = None
    #: Seconds between two looks at the store's version, for a replica that cannot notify.
    poll_seconds: float = Field(default=2.0, gt=0.1, le=60)
    #: Longest time between two pictures, in seconds: the clock alone changes what is shown.
    picture_seconds: float = Field(default=30.0, gt=1, le=300)

    #: Address of base map tiles inside the closed network, as http://tiles.local/{z}/{x}/{y}.png; none where not set.
    map_tiles: str | None = None
    #: What those tiles are measured from: wgs84, or gcj02 as AutoNavi's are.
    map_tiles_datum: Literal["wgs84", "gcj02"] = "wgs84"

    @field_validator("map_tiles")
    @classmethod
    def _tile_address(cls, value: str | None) -> str | None:
        """An address of this server ("/tiles/…") or a whole one, with the three places that are filled in."""
        if not value:
            return None
        missing = [place for place in ("{z}", "{x}", "{y}") if place not in value]
        if missing or not value.startswith(("http://", "https://", "/")):
            raise ValueError(f"MAP_TILES is {value!r}; an example is http://tiles.local/{{z}}/{{x}}/{{y}}.png")
        return value

    @field_validator("uploads", "uploads_dir", "data_dir", mode="before")
    @classmethod
    def _set_to_nothing(cls, value: object, info: ValidationInfo) -> object:
        """A variable without a value is one that is not set, as the worker takes it too."""
        return cls.model_fields[info.field_name].default if value == "" and info.field_name else value

    @field_validator("dashboard_lang")
    @classmethod
    def _known_language(cls, value: str | None) -> str | None:
        """Take zh and en with any region or encoding ("zh_CN.UTF-8"); anything else is refused by name."""
        if not value:
            return None
        language = value.lower().replace("_", "-").split("-")[0].split(".")[0]
        if language not in {"zh", "en"}:
            raise ValueError(f"DASHBOARD_LANG is {value!r}; set it to zh or en")
        return language

    @model_validator(mode="after")
    def _tokens_need_an_operator(self) -> Self:
        if self.wall_tokens == "required" and not (self.operator_url or self.database_url):
            raise ValueError("WALL_TOKENS is 'required', so OPERATOR_URL must be set: the tokens are read by it")
        if self.laptop_commands == "paired" and not (self.operator_url or self.database_url):
            raise ValueError("LAPTOP_COMMANDS is 'paired', so OPERATOR_URL must be set: marks are set by it")
        if self.uploads == "paired" and not (self.operator_url or self.database_url):
            raise ValueError("UPLOADS is 'paired', so OPERATOR_URL must be set: pairings are read by it")
        return self

    @property
    def url(self) -> str | None:
        """The address the dashboard reads from, with SQLAlchemy's name of the driver; None when none is set."""
        return _with_driver(self.reader_url or self.database_url)

    @property
    def takes_pairings(self) -> bool:
        """Whether a laptop that is paired may do anything here."""
        return "paired" in (self.laptop_commands, self.uploads)

    @property
    def uploads_folder(self) -> Path:
        """The folder of uploads."""
        return self.uploads_dir or self.data_dir / "uploads"

    @property
    def command_url(self) -> str | None:
        """The address by which the dashboard calls the named commands; None when none is set."""
        return _with_driver(self.operator_url or self.database_url)


def _with_driver(address: str | None) -> str | None:
    if address is None:
        return None
    for prefix in ("postgres://", "postgresql://"):
        if address.startswith(prefix):
            return "postgresql+psycopg2://" + address.removeprefix(prefix)
    return address


ROOT = Path(__file__).resolve().parent.parent
