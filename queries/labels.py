"""Labels 名称: what areas, matters and coded words are called, in both languages. Asked of the present alone."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import By
from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

AREAS: Final[Shape] = shape(
    area_id=Type.INTEGER,
    code=Type.TEXT,
    level=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    valid_from=Type.DAY,
    valid_to=Type.DAY,
    aliases=Type.JSON,
)

WORDS: Final[Shape] = shape(topic=Type.TEXT, code=Type.TEXT, name_zh=Type.TEXT, name_en=Type.TEXT)

CASE_TYPES: Final[Shape] = shape(type_id=Type.INTEGER, code=Type.TEXT, name_zh=Type.TEXT, name_en=Type.TEXT)

DEPARTMENTS: Final[Shape] = shape(department_id=Type.INTEGER, code=Type.TEXT, name_zh=Type.TEXT, name_en=Type.TEXT)

#: Groupings whose keys are coded words, by the topic of their labels.
_TOPICS: Final = {By.KIND: "kind", By.CHANNEL: "channel", By.RISK: "risk"}


def areas(connection: Connection, subdistrict_id: int) -> pd.DataFrame:
    """One row per area of the subdistrict (AREAS), those of other times too; valid_to None: it still holds."""
    return ask(connection, "labels", "areas", AREAS, {"subdistrict_id": subdistrict_id})


def words(connection: Connection) -> pd.DataFrame:
    """One row per coded word (WORDS)."""
    return ask(connection, "labels", "words", WORDS, {})


def case_types(connection: Connection) -> pd.DataFrame:
    """One row per matter and line of duty (CASE_TYPES)."""
    return ask(connection, "labels", "case_types", CASE_TYPES, {})


def departments(connection: Connection, subdistrict_id: int) -> pd.DataFrame:
    """One row per department of the subdistrict (DEPARTMENTS)."""
    return ask(connection, "labels", "departments", DEPARTMENTS, {"subdistrict_id": subdistrict_id})


def of_keys(connection: Connection, filter: Filter, by: By, language: str) -> dict[str, str]:
    """The label of every key an answer grouped by ``by`` may have, in "zh" or "en"; empty for days and totals."""
    column = f"name_{language}"
    if by is By.AREA:
        frame = areas(connection, filter.subdistrict_id)
        keys = frame["area_id"]
    elif by is By.TYPE:
        frame = case_types(connection)
        keys = frame["type_id"]
    elif by.value == "department":
        frame = departments(connection, filter.subdistrict_id)
        keys = frame["department_id"]
    elif by in _TOPICS:
        frame = words(connection)
        frame = frame[frame["topic"] == _TOPICS[by]]
        keys = frame["code"]
    else:
        return {}
    return {str(key): str(label) for key, label in zip(keys, frame[column], strict=True)}


def area_codes(connection: Connection, filter: Filter) -> dict[str, str]:
    """The code of every area by its area_id as text."""
    frame = areas(connection, filter.subdistrict_id)
    return {str(area_id): str(code) for area_id, code in zip(frame["area_id"], frame["code"], strict=True)}
