"""Parts of laptop pages: regions of markup with running clocks, and their styles."""
