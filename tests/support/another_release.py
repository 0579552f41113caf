"""`python -m tests.support.another_release run …`: the app as if its code were of another release."""

import sys

import streamlit.web.cli

from dashboard.pulse import route

if __name__ == "__main__":
    route.release = lambda: "another"
    sys.exit(streamlit.web.cli.main())
