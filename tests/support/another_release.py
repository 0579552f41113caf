"""`python -m tests.support.another_release run …`: the app as if its code were of another release."""

import sys

import streamlit.web.cli

from dashboard.pulse import route

if __name__ == "__main__":
    setattr(route, "release", lambda: "another")  # noqa: B010 - a name the module does not hand on
    sys.exit(streamlit.web.cli.main())
