"""The pulse: how a browser learns that there is a new picture, and how old the data are, without asking.

`route` streams the board's notices as server-sent events; `component` is the other end, in the page; `fragment` joins
the two: the one part of a page that is drawn again when something shown has changed.
"""
