"""Reads what reporting systems export and hands it to the store's one door.

A file becomes frames of text (``formats``), a mapping in TOML says what the columns mean (``mapping``), ``plan`` turns
both into what the store must know and the rows it is handed, and ``run.import_file`` writes them.
"""
