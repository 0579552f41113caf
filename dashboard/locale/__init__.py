"""The catalogues: one folder per locale; the messages are the English sentences in the code."""
