"""What a status says has happened, and in which column of the row the time of it stands."""

import pandas as pd

from seed.importers.mapping import StatusPart


def what_ended(status: StatusPart, frame: pd.DataFrame, given: pd.Series) -> pd.Series:
    """Event and column of its time ("resolved CloseDate") of each ended row: by its status, or what counts instead."""
    by_status = {word: f"{rule.event} {rule.at}" for word, rule in status.values.items() if rule.event is not None}
    what = given.map(by_status).astype("object").dropna()
    for unless in reversed(status.unless):
        words = frame.loc[what.index, unless.column].astype("str")
        what = what.mask(words.str.contains(unless.contains, regex=False, na=False), f"{unless.event} {unless.at}")
    return what
