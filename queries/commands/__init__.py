"""The few things a screen may do: each a call of a named database function, made as the operator.

One command is one file ``<command>.sql`` here and one typed function of the same name in a module beside it.
"""

from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import Connection, TextClause, text


@cache
def statement(command: str) -> TextClause:
    """The text of a command, read once."""
    return text(resources.files("queries").joinpath("commands", f"{command}.sql").read_text(encoding="utf-8"))


def call(connection: Connection, command: str, **parameters: Any) -> dict[str, Any] | None:
    """What the command gives back, by column name; None where it gives no row."""
    row = connection.execute(statement(command), parameters).mappings().first()
    return None if row is None else dict(row)
