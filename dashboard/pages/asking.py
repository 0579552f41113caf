"""The pages that ask, by the last part of their address."""

from collections.abc import Mapping
from typing import Final

from dashboard.pages import case, cases, escalations, figures, ranking, resolution, review, scorecard
from dashboard.pages.laptop.asking_page import Page

PAGES: Final[Mapping[str, Page]] = {
    page.name: page
    for page in (
        *(resolution.PAGE, ranking.PAGE, scorecard.PAGE, escalations.PAGE),
        *(cases.PAGE, case.PAGE, review.PAGE, figures.PAGE),
    )
}
