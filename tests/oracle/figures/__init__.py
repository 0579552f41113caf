"""The figures once more, in plain Python: what DESIGN section 4 and the catalogue's definitions say, read off the log.

``asked`` what is asked, and the log as it was known then · ``grouping`` which key a case belongs to · ``rates``,
``clocks``, ``stock``, ``lists``, ``precision``, ``escalations``, ``days``, ``petitions``, ``workload``, ``risk`` the
figures · ``fairness`` what rankings and the condition index are made of · ``findings``, ``changes`` what findings ask
about · ``places``, ``words``, ``sources``, ``city``, ``desk`` what lists, maps and cities show · ``inflow`` what a mode
turns by · ``store`` reads what they need besides the log. Where a definition can be read in two ways, the docstring
names the reading chosen.
"""
