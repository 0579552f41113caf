"""Several clients at one store at once: writers, readers, and one that is killed."""
