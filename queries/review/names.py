"""What the rows of a review are called, in both languages: a document read years later needs no store for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from queries import labels

Name = Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """Names by what an answer's keys are."""

    areas: Mapping[str, Name]
    types: Mapping[str, Name]
    departments: Mapping[str, Name]
    words: Mapping[tuple[str, str], Name]  # topic, code

    def word(self, topic: str, code: str) -> Name:
        """What a coded word is called; itself where it has no label."""
        return self.words.get((topic, code), both(code))


def both(text: str) -> Name:
    """The same in both languages."""
    return {"zh": text, "en": text}


def names(connection: Connection, subdistrict_id: int) -> Names:
    """All names of the subdistrict."""
    words = labels.words(connection)
    return Names(
        areas=_named(labels.areas(connection, subdistrict_id), "area_id"),
        types=_named(labels.case_types(connection), "type_id"),
        departments=_named(labels.departments(connection, subdistrict_id), "department_id"),
        words={
            (str(row.topic), str(row.code)): {"zh": str(row.name_zh), "en": str(row.name_en)}
            for row in words.itertuples(index=False)
        },
    )


def _named(frame: pd.DataFrame, key: str) -> dict[str, Name]:
    return {
        str(number): {"zh": str(zh), "en": str(en)}
        for number, zh, en in zip(frame[key], frame["name_zh"], frame["name_en"], strict=True)
    }
