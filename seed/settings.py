"""What the command line and the supervisor read from the environment, checked once at start.

Values come from variables named like the fields, in capitals. The dashboard has its own settings and never loads these.
"""

import re
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from seed.server import EmbeddedServer

Role = Literal["owner", "reader", "writer", "operator"]

#: What a role's login sets by itself, for the roles reached through the owner's login (milliseconds).
STATEMENT_TIMEOUT = {"reader": 15_000, "writer": 600_000, "operator": 15_000}


class SettingsError(ValueError):
    """A setting that cannot be used; the message is one sentence that names the variable."""


class Settings(BaseSettings):
    """The environment of `python -m seed …` and `make run`. URLs are kept with SQLAlchemy's name of the driver."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True, env_ignore_empty=True)

    #: The owner's address; where it is not set, the embedded server under data_dir is used.
    database_url: str | None = None
    #: Addresses of the three lesser roles; each is derived where it is not set.
    reader_url: str | None = None
    writer_url: str | None = None
    operator_url: str | None = None
    #: TCP port of the pages.
    port: int = Field(default=8501, ge=1, le=65535)
    #: The demo city that fills an empty store.
    profile: str = Field(default="matian", pattern=r"^[a-z][a-z0-9_]*$")
    #: Language where neither address nor browser names one: zh or en. Not LANG, which speaks of terminals.
    dashboard_lang: Literal["zh", "en"] | None = None
    #: IANA zone of local days in a new store.
    time_zone: str = "Asia/Shanghai"
    #: Folder of everything that is kept on this machine.
    data_dir: Path = Path(".data")
    #: Whether clerks may hand in files on the page /upload; then a worker loads them.
    uploads: Literal["off", "paired"] = "off"
    #: Folder through which the page hands files to that worker; DATA_DIR/uploads where it is not set.
    uploads_dir: Path | None = None
    #: Folder into which frozen reviews are delivered; DATA_DIR/deliveries where it is not set.
    deliver_dir: Path | None = None
    #: Addresses they are mailed to, with commas between them.
    deliver_to: str = ""
    #: Languages and formats of their files.
    deliver_languages: str = Field(default="zh", pattern=r"^(zh|en)(,(zh|en))*$")
    deliver_formats: str = Field(default="pptx,pdf,xlsx", pattern=r"^[a-z]+(,[a-z]+)*$")
    #: The mail server; without it nothing is mailed.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    #: Encryption: starttls, tls from the first byte, or none; where the server has not what is asked for, none is sent.
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    #: The sender's address; SMTP_USER where it is not set.
    smtp_from: str = ""
    #: A file of certificates by which the server is known, where it is not one that the system trusts.
    smtp_certificates: str = ""
    #: Sent to a server of Open311 that wants one.
    open311_api_key: str | None = None
    #: Seconds of the demo city's life per second of the clock.
    speed: float = Field(default=1.0, gt=0, le=3600)

    @field_validator("database_url", "reader_url", "writer_url", "operator_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        return None if value is None else with_driver(value).render_as_string(hide_password=False)

    @field_validator("dashboard_lang", mode="before")
    @classmethod
    def _language(cls, value: object) -> object:
        """`zh_CN.UTF-8` and `en-GB` say zh and en."""
        return re.split(r"[-_.]", value.strip().lower())[0] if isinstance(value, str) else value

    @field_validator("deliver_to", "smtp_from")
    @classmethod
    def _addresses(cls, value: str) -> str:
        """Addresses, each once."""
        found = dict.fromkeys(each.strip() for each in value.split(",") if each.strip())
        for each in found:
            if not re.fullmatch(r"[^@\s<>,\"]+@[^@\s<>,\"]+", each):
                raise ValueError("an address of mail has the form name@host; several have commas between them")
        return ",".join(found)

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no such time zone; an example is Asia/Shanghai") from None
        return value

    @property
    def uploads_folder(self) -> Path:
        """The folder of uploads."""
        return self.uploads_dir or self.data_dir / "uploads"

    @property
    def deliveries_folder(self) -> Path:
        """The folder of deliveries."""
        return self.deliver_dir or self.data_dir / "deliveries"

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raises SettingsError with one sentence for the first value that cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]).upper() if first["loc"] else "The environment"
            reason = first["msg"].removeprefix("Value error, ").replace("Input should", "it must")
            shown = "" if name.endswith("_URL") else f" is {first['input']!r}"  # a URL may hold a password
            raise SettingsError(f"{name}{shown}: {reason}.") from None


def with_driver(url: str) -> URL:
    """Parse a PostgreSQL URL of any spelling and name the installed driver; raises ValueError for another database."""
    try:
        parsed = make_url(re.sub(r"^postgres://", "postgresql://", url.strip()))
    except (ArgumentError, ValueError):
        raise ValueError("not a database URL; an example is postgresql://user:password@host:5432/grid") from None
    if parsed.get_backend_name() != "postgresql":
        raise ValueError("not a PostgreSQL URL; an example is postgresql://user:password@host:5432/grid")
    return parsed.set(drivername="postgresql+psycopg2")


def role_url(settings: Settings, role: Role) -> str:
    """Return the address for a role: the one that is set, else one derived from the owner's.

    For the embedded server that is the role's own login. For a database named by DATABASE_URL it is the owner's login
    that takes the role on at connecting (libpq's `options`), with the role's time limit; the owner must be a member of
    the role. A pooler that refuses `options` (PgBouncer in front of the database) needs READER_URL and the others set.
    Raises ServerError where no address is set and no embedded server runs.
    """
    own = settings.database_url if role == "owner" else getattr(settings, f"{role}_url")
    if isinstance(own, str):
        return own
    if settings.database_url is None:
        return EmbeddedServer(settings.data_dir).url(role)
    url = make_url(settings.database_url)
    options = [
        url.query.get("options"),
        f"-c role=grid_{role}",
        f"-c statement_timeout={STATEMENT_TIMEOUT[role]}",
        "-c timezone=UTC",
    ]
    joined = " ".join(option for option in options if isinstance(option, str))
    return url.update_query_dict({"options": joined}).render_as_string(hide_password=False)


def without_password(url: str) -> str:
    """Return the address as it may be shown and logged: no password, in the form other tools know."""
    parsed = make_url(url)
    hidden = parsed.set(drivername="postgresql", password=None).difference_update_query(["password", "options"])
    return hidden.render_as_string()
