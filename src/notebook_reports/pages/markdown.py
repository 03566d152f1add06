"""How the Markdown of a cell is read: as Jupyter reads it, but that money is no formula (see `formulas`)."""

import re
from typing import Any

from mistune import InlineState, Markdown
from mistune.helpers import unescape_char
from mistune.plugins import import_plugin
from mistune.plugins.footnotes import footnotes
from nbconvert.filters.markdown_mistune import MathBlockParser, MathInlineParser

from notebook_reports.formulas import FORMULA

PLUGINS = [import_plugin(name) for name in ("strikethrough", "url", "def_list", "table")] + [footnotes]


class Inline(MathInlineParser):
    """Tells what is escaped from other text, so that \\$ and \\& stay what they are."""

    SPECIFICATION = MathInlineParser.SPECIFICATION | {"inline_math_tex": f"(?s:{FORMULA})"}

    def parse_escape(self, m: re.Match[str], state: InlineState) -> int:
        state.append_token({"type": "escaped", "raw": unescape_char(m[0])})
        return m.end()


def reader(renderer: Any) -> Markdown:
    return Markdown(renderer, MathBlockParser(), Inline(), PLUGINS)
