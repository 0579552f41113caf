"""Trees of areas from GeoJSON and CSV: read, put right, compared with the store, written. ``python -m seed areas``."""
