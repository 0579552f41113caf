"""The duty desk's component: HTML, CSS and JavaScript beside this file, mounted by shell.py."""
