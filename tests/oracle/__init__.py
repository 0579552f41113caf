"""The store's rules once more, in plain Python: slow, readable, written without a look at the SQL it judges.

``rows`` what the oracle reads · ``effective`` which rows count, and with which values · ``cases``, ``escalations``,
``area_day``, ``checkpoints``, ``recorded_hours`` what follows from them · ``door`` what becomes of each row handed in ·
``store`` reads a store · ``compare`` says where store and oracle differ.
"""
