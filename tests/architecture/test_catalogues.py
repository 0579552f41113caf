"""The catalogues of both languages say the same things, say all of them, and are what the app loads."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[2] / "dashboard" / "locale"
FILES = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(catalogue: Catalog) -> dict[str, Message]:
    """By the text in the code; by the singular where there are two."""
    return {
        str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id): message
        for message in catalogue
        if message.id
    }


def placeholders(text: object) -> set[str]:
    return set(PLACEHOLDER.findall(str(text)))


def test_there_are_two_languages() -> None:
    assert {path.parts[-3][:2] for path in FILES} == {"zh", "en"}


def test_languages_hold_the_same_messages() -> None:
    first, *others = [set(messages(load(path))) for path in FILES]
    for path, other in zip(FILES[1:], others, strict=True):
        assert first == other, f"{FILES[0].parts[-3]} and {path.parts[-3]} differ in {sorted(first ^ other)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_every_message_is_translated(path: Path) -> None:
    unfinished = [
        key
        for key, message in messages(load(path)).items()
        if message.fuzzy or not all(str(form).strip() or not key.strip() for form in forms(message))
    ]
    assert unfinished == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_translations_keep_their_placeholders(path: Path) -> None:
    """A translation may leave one out (Chinese has no plural) but never name one that the code does not fill."""
    strange = {
        key: str(form)
        for key, message in messages(load(path)).items()
        for form in forms(message)
        if not placeholders(form) <= placeholders(message.id)
    }
    assert strange == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_current(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert {key: forms(message) for key, message in messages(compiled).items()} == {
        key: forms(message) for key, message in messages(load(path)).items()
    }


def forms(message: Message) -> list[str]:
    """Translation of a message, singular and plurals alike as a list."""
    return list(message.string) if isinstance(message.string, (list, tuple)) else [str(message.string)]
