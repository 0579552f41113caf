"""The small world's store, as the property tests have it; every test here commits, so each has a copy of its own."""

from tests.properties.conftest import small_store, small_world

__all__ = ["small_store", "small_world"]
