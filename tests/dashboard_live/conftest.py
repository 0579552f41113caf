"""The town of the questions' tests, for pages that ask."""

from tests.queries.conftest import town

__all__ = ["town"]
