from dataclasses import asdict
from pathlib import Path

import queries
from queries.catalogue import figures


def test_every_figure_is_defined_in_both_languages_and_comes_from_a_question() -> None:
    folder = Path(queries.__file__).parent / "sql"
    for figure in figures().values():
        assert all(asdict(figure).values()), figure.id
        assert (folder / f"{figure.question}.sql").is_file(), figure.question


def test_the_figures_of_the_first_screens_are_there() -> None:
    assert {
        "same_day_resolution", "increment", "stock", "variable", "on_time", "escalation_answer", "expected_load",
        "unusual", "assessment",
    } <= figures().keys()  # fmt: skip
