"""What the rows of a review are called, in both languages: a document read years later needs no store for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries import labels

Name = Mapping[str, str]

#: Levels whose areas are places with names of their own.
_WIDE: Final = ("city", "district", "subdistrict", "community")


@dataclass(frozen=True)
class Names:
    """Names by what an answer's keys are."""

    areas: Mapping[str, Name]
    types: Mapping[str, Name]
    departments: Mapping[str, Name]
    words: Mapping[tuple[str, str], Name]  # topic, code
    places: frozenset[str] = frozenset()  # what the subdistrict, its communities and what lies above are called

    def word(self, topic: str, code: str) -> Name:
        """What a coded word is called; itself where it has no label."""
        return self.words.get((topic, code), both(code))


def both(text: str) -> Name:
    """The same in both languages."""
    return {"zh": text, "en": text}


def names(connection: Connection, subdistrict_id: int) -> Names:
    """All names of the subdistrict."""
    words, areas = labels.words(connection), labels.areas(connection, subdistrict_id)
    wide = areas[areas["level"].isin(_WIDE)]
    return Names(
        areas=_named(areas, "area_id"),
        types=_named(labels.case_types(connection), "type_id"),
        departments=_named(labels.departments(connection, subdistrict_id), "department_id"),
        words={
            (str(row.topic), str(row.code)): {"zh": str(row.name_zh), "en": str(row.name_en)}
            for row in words.itertuples(index=False)
        },
        places=frozenset(
            map(str, (*wide["name_zh"], *wide["name_en"], *(name for each in wide["aliases"] for name in each)))
        ),
    )


def _named(frame: pd.DataFrame, key: str) -> dict[str, Name]:
    return {
        str(number): {"zh": str(zh), "en": str(en)}
        for number, zh, en in zip(frame[key], frame["name_zh"], frame["name_en"], strict=True)
    }
