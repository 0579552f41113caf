"""A town per test, on a store of its own."""

from tests.queries.conftest import town

__all__ = ["town"]
