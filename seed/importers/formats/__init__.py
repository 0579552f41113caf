"""One reader contract and one file per format; ``registry.reader_for`` picks by the file's suffix."""
