"""The site while it is worked on: python -m notebook_reports.preview [PAGE] [--port PORT]

What is saved is built, and the pages open in the browser show it, at the place where the reader was. An error stands in
the page until it is mended. Nothing is published: reports/ and data/processed/ stay as they are until a build.

Each build is a process of its own, so that it sees every module as it is saved: `build`. `builds` starts them, from
processes that have imported what takes long, `server` shows what they made, `saves` sees what is saved.
"""

EVENT = "\x1e"  # begins a line of a build that is for the preview, not for the terminal
