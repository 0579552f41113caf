"""From an unknown file to a draft of its mapping: ``columns`` looks, ``guess`` decides, ``text`` writes it down."""

from seed.importers.draft.text import draft_mapping

__all__ = ["draft_mapping"]
