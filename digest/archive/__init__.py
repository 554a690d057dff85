"""What a visitor reads: comparisons, tools, categories, issues, and search.

What can be shown has a version beside it: values from one cheap statement that change whenever
what is shown does, so that a page that has not changed need not be made again.
"""

from db.store.comparisons import Among
from digest.archive.catalogue import alike, catalogue, freshness
from digest.archive.categories import (
    Category,
    Shelf,
    categories,
    category,
    shelf,
    shelf_version,
    spelled,
)
from digest.archive.comparisons import (
    Listing,
    Version,
    compared,
    comparison,
    comparison_version,
    latest,
    listing,
    listing_version,
    picked,
)
from digest.archive.issues import Sheet, issue, issue_version, issues, issues_version
from digest.archive.searching import Catalogue, Found, search
from digest.archive.sitemap import Address, addresses, part, parts, sitemap
from digest.archive.tools import ToolSheet, tool, tool_version, tools

__all__ = [
    "Address",
    "Among",
    "Catalogue",
    "Category",
    "Found",
    "Listing",
    "Sheet",
    "Shelf",
    "ToolSheet",
    "Version",
    "addresses",
    "alike",
    "catalogue",
    "categories",
    "category",
    "compared",
    "comparison",
    "comparison_version",
    "freshness",
    "issue",
    "issue_version",
    "issues",
    "issues_version",
    "latest",
    "listing",
    "listing_version",
    "part",
    "parts",
    "picked",
    "search",
    "shelf",
    "shelf_version",
    "sitemap",
    "spelled",
    "tool",
    "tool_version",
    "tools",
]
