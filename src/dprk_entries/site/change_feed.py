"""The changes of figures as an Atom feed (RFC 4287). Its times are those of the changes, so that the same table gives
the same bytes."""

import pandas as pd
from feedgen.feed import FeedGenerator

from dprk_entries.entries.addresses import FEED
from notebook_reports import settings
from notebook_reports.cite import FOLDER

# While the pages have no address the ids are tags (RFC 4151). These need a domain: one that never will be (RFC 2606).
TAG = "tag:dprk-entries.invalid,2026:changes"


def newest_first(changes: pd.DataFrame) -> pd.DataFrame:
    return changes.sort_values(["date", "change_id"], ascending=False)


def title(change) -> str:
    """What a change is of, in a few words: 2026-11-27: F0348 to F0350 corrected."""
    figures = " to ".join(filter(None, [change.observation_id, change.last_observation_id]))
    return f"{change.date}: {figures or change.source_id} {change.change}"


def feed(changes: pd.DataFrame) -> bytes:
    """`changes`: the table of that name, as read. Where the site has an address, ids and links are addresses."""
    project, rows = settings.project(), list(newest_first(changes).itertuples())
    below = f"{project.address}{FOLDER}/" if project.address else ""
    page = f"{below}changes.html"
    made = FeedGenerator()
    made.id(f"{below}{FEED}" if below else TAG)
    made.title(f"{project.title}: changes of figures")
    made.author(name=project.creator)
    made.link(href=page, rel="alternate")
    if below:
        made.link(href=f"{below}{FEED}", rel="self")
    made.updated(f"{rows[0].date}T00:00:00Z")
    for row in rows:
        entry = made.add_entry(order="append")
        entry.id(f"{page}#{row.change_id}" if below else f"{TAG}/{row.change_id}")
        entry.title(title(row))
        entry.link(href=f"{page}#{row.change_id}", rel="alternate")
        entry.updated(f"{row.date}T00:00:00Z")
        entry.summary(row.why)
    text: bytes = made.atom_str(pretty=True)
    return text
