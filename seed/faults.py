"""Errors that a person has to put right: a sentence in English, and a code for which screens have words."""

from collections.abc import Mapping


class Fault(Exception):  # noqa: N818 - the errors of the packages are called so
    """``code`` names the fault; ``values`` are what its sentence names (columns, forms), never cells of a file."""

    code: str
    values: Mapping[str, str]

    def __init__(self, text: str, *, code: str = "", **values: str) -> None:
        super().__init__(text)
        self.code = code
        self.values = values
