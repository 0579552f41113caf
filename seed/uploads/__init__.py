"""Loads what clerks hand in on the page: a worker takes one upload at a time, each in a process of its own.

The page and the worker know each other by a folder alone (queries/uploads.py); the page never writes the store.
"""
