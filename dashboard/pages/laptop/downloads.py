"""Links to a table of a page as a file."""

from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Address
from dashboard.text import Text


def downloads(address: Address, table: str, words: Text) -> str:
    """Links to the table (``Page.tables``) as it stands at this address: CSV and Excel."""
    query = address.to().partition("?")[2]
    path = f"export/{address.page}/{table}"
    title = words("This table as a file")
    return f"""<span class="downloads" title="{e(title)}"><a href="{e(f"{path}.csv?{query}")}" download>CSV</a>
<a href="{e(f"{path}.xlsx?{query}")}" download>Excel</a></span>"""
