"""The figures once more, in plain Python: what DESIGN section 4 and the catalogue's definitions say, read off the log.

``asked`` what is asked, and the log as it was known then · ``grouping`` which key a case belongs to · ``rates``,
``clocks``, ``stock``, ``lists``, ``precision``, ``escalations``, ``days``, ``petitions``, ``workload``, ``risk`` the
figures ·
``store`` reads what they need besides the log. Where a definition can be read in two ways, the docstring names the
reading chosen.
"""
