"""``python -m tests.masking``: precision and recall by kind; ``--show`` prints what was missed or taken by mistake."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from seed import store
from tests.masking.corpus import KINDS, LANGUAGES, PARTS, sentences
from tests.masking.measure import Told, scores, told
from tests.support.databases import throwaway_server

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"


def table(every: list[Told], title: str) -> Table:
    """One row per kind."""
    made = Table("kind", "there", "masked", "recall", "masks", "right", "precision", title=title)
    counted = scores(every)
    for kind in (*KINDS, "all"):
        score = counted[kind]
        shares = [f"{share:.1%}" if share == share else "—" for share in (score.recall, score.precision)]
        numbers = (score.wanted, score.found, shares[0], score.masks, score.right, shares[1])
        made.add_row(kind, *map(str, numbers))
    return made


def markdown(every: list[Told]) -> str:
    """The table of the documentation: one row per kind, found of those there and right of those masked, by part."""
    heads = [f"{language}, {part}" for part in PARTS for language in LANGUAGES]
    lines = ["| kind | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    counted = [
        scores(each for each in every if (each.sentence.part, each.sentence.language) == (part, language))
        for part in PARTS
        for language in LANGUAGES
    ]
    for kind in (*KINDS, "all"):
        of_kind = [score[kind] for score in counted]
        cells = [f"{each.found}/{each.wanted}, {each.right}/{each.masks}" for each in of_kind]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    shares = [f"**{score['all'].recall:.0%}, {score['all'].precision:.0%}**" for score in counted]
    lines.append("| recall, precision | " + " | ".join(shares) + " |")
    return "\n".join(lines)


def _write(every: list[Told]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    start, end = text.index("| kind |"), text.index("| recall, precision |")
    PAGE.write_text(text[:start] + markdown(every) + text[text.index("\n", end) :], encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.masking", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print sentences with a miss or a false alarm")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/personal-data.md")
    chosen = parser.parse_args()
    console = Console(width=120)
    with throwaway_server() as server:
        owner = server.url("owner")
        store.migrate(owner)
        with store.engine(owner).connect() as connection:
            every = told(connection, sentences())
    if chosen.write:
        _write(every)
    for part in PARTS[::-1]:
        for language in LANGUAGES:
            of_it = [each for each in every if (each.sentence.part, each.sentence.language) == (part, language)]
            clean = sum(not each.sentence.personal for each in of_it)
            console.print(table(of_it, f"{language}, {part}: {len(of_it)} sentences, {clean} of them hold nothing"))
        if chosen.show:
            for each in every:
                if each.sentence.part == part and (each.missed or each.false_alarms):
                    missed = [f"{one.kind} {each.sentence.text[one.start : one.end]}" for one in each.missed]
                    taken = [f"{one.kind} {each.sentence.text[one.start : one.end]}" for one in each.false_alarms]
                    console.print(
                        f"{each.sentence.text} → {each.masked}  missed: {missed}  taken: {taken}", markup=False
                    )


if __name__ == "__main__":
    main()
