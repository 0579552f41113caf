"""Keeps the catalogues: ``python -m dashboard.locale`` extracts, merges and compiles; ``--check`` only compares.

English is the language of the messages themselves, so its catalogue is filled from them; every other one has to be
complete.
"""

import ast
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dashboard.text import CATALOGUES, DOMAIN, LOCALES

#: How messages are asked for: words("…"), self("…") in Text itself, words.many("…", "…", n).
_KEYWORDS = {"words": 1, "self": 1, "many": 2}


def template() -> Catalog:
    """All messages in the code of the dashboard, those inside f-strings too, in every version of Python."""
    catalogue = Catalog(project="grid-governance-dashboard", fuzzy=False)
    for file in sorted(CATALOGUES.parent.rglob("*.py")):
        for message in messages(file.read_text(encoding="utf-8")):
            catalogue.add(message)
    return catalogue


def messages(code: str) -> list[str | tuple[str, ...]]:
    """The messages asked for in a piece of code, by line; singular and plural as a pair."""
    found: list[tuple[int, str | tuple[str, ...]]] = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        forms = node.args[: _KEYWORDS.get(name, 0)]
        said = tuple(form.value for form in forms if isinstance(form, ast.Constant) and isinstance(form.value, str))
        if said and len(said) == len(forms):
            found.append((node.lineno, said if len(said) > 1 else said[0]))
    return [message for _, message in sorted(found, key=lambda entry: entry[0])]


def po_path(locale: str) -> Path:
    """Where a locale's catalogue lies."""
    return CATALOGUES / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def merged(locale: str, messages: Catalog) -> Catalog:
    """The locale's catalogue with the code's messages: new ones empty (English ones filled), old ones gone."""
    old = Catalog(locale=locale)
    if po_path(locale).exists():
        with po_path(locale).open("rb") as file:
            old = read_po(file, locale=locale, domain=DOMAIN)
    fresh = Catalog(locale=locale, project="grid-governance-dashboard", fuzzy=False)
    for message in messages:
        if not message.id:
            continue
        known = old.get(message.id)
        said = known.string if known is not None else ""
        if not _is_filled(said) and locale.startswith("en"):
            said = message.id
        fresh.add(message.id, said)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file, sorted, without places and dates, so that it changes only with its words."""
    buffer = BytesIO()
    write_po(buffer, catalogue, no_location=True, sort_output=True, omit_header=False, width=120)
    kept = [line for line in buffer.getvalue().split(b"\n") if b"-Date:" not in line and b"Translator:" not in line]
    return b"\n".join(kept)


def missing(locale: str) -> list[str]:
    """Messages of the code that the locale's catalogue does not hold or leaves empty."""
    catalogue = merged(locale, template())
    return [str(message.id) for message in catalogue if message.id and not _is_filled(message.string)]


def _is_filled(said: object) -> bool:
    return all(said) if isinstance(said, tuple | list) else bool(said)


def main(arguments: list[str]) -> int:
    """Bring the catalogues up to date, or with --check say what is missing; 1 if anything is."""
    messages = template()
    if "--check" not in arguments:
        for locale in LOCALES.values():
            catalogue = merged(locale, messages)
            po_path(locale).parent.mkdir(parents=True, exist_ok=True)
            po_path(locale).write_bytes(written(catalogue))
            with po_path(locale).open("rb") as source, po_path(locale).with_suffix(".mo").open("wb") as file:
                write_mo(file, read_po(source, locale=locale))
    lacking = {locale: missing(locale) for locale in LOCALES.values()}
    for locale, names in lacking.items():
        for name in names:
            sys.stderr.write(f"{locale}: {name}\n")
    return 1 if any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
