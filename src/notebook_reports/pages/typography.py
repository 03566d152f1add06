"""How the text of a page is set: codes in the words of the project, curly quotation marks, signs for minus and times,
blanks where no line may break; and words in another script marked as of the language that it most often stands for.
Notebooks and tables keep what is quick to type.

Code, formulas, drawings, addresses and what is marked as of a language already stay as they are.
"""

import re
from collections.abc import Callable
from functools import cache
from pkgutil import resolve_name

from smartypants import Attr, smartypants

from notebook_reports import settings
from notebook_reports.cite import Words
from notebook_reports.errors import BuildError

KEPT = re.compile(
    r'<(head|pre|code|kbd|math|svg)\b.*?</\1>|<a class="url".*?</a>|<((?!html)\w+)[^>]* lang="[^"]*".*?</\2>', re.DOTALL
)
LANGUAGE = re.compile(r'\s*<!doctype html>\s*<html lang="([^"]*)"')
PLACE = "\0"  # of what is kept; HTML knows no such character
HEARD = re.compile(r'(?<=aria-label=")[^"]+|(?<= title=")[^"]+|(?<=<title>)[^<]+')
BETWEEN_TAGS = re.compile(r"(?<=>)[^<]+")
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
SIGNS = {  # the first is a tag, which stays; a backslash would be one of smartypants's own
    "<[^>]*>": "",
    "&#39;|&#x27;": "'",
    "&#34;|&quot;": '"',
    r"\\": "&#92;",
    rf"(?<=\d) (?=%|(?:thousand|million|billion|percent|times|{MONTH})\b)|(?<=[≥≤≈]) (?=\d)": "\N{NO-BREAK SPACE}",
    r"(?<=[\d)>]) - (?=[\d(<])": " \N{MINUS SIGN} ",
    r"(?<![^\s(>])-(?=\d)": "\N{MINUS SIGN}",
    r"(?<=[\d)>]) x (?=[\d(<])": " \N{MULTIPLICATION SIGN} ",
}
SCRIPTS = {"ja": "一-鿿]*[ぁ-ヿ", "zh": "一-鿿", "ko": "가-힣", "ru": "Ѐ-ӿ", "he": "א-ת", "ar": "ء-ي"}
FOREIGN = re.compile("|".join(f"(?P<{name}>[{script}](?:[^<;A-Za-z]*[{script}])?)" for name, script in SCRIPTS.items()))
ANY_SIGN = re.compile("|".join(f"({pattern})" for pattern in SIGNS))
STRAIGHT = re.compile(r"(?:^|>)[^<]*['\"]")


def typeset(html: str) -> str:
    """A page with its text set, unless it is in another language than the others."""
    language = LANGUAGE.match(html)
    if language and language[1] != settings.project().language:
        return html
    html = HEARD.sub(lambda name: in_words(name[0]), html.replace(PLACE, "\N{REPLACEMENT CHARACTER}"))
    kept = (part[0] for part in KEPT.finditer(html))
    text = BETWEEN_TAGS.sub(lambda text: in_words(text[0]), KEPT.sub(PLACE, html))
    lines = ANY_SIGN.sub(_sign, text).splitlines(keepends=True)
    curly = "".join(smartypants(line, Attr.q | Attr.u) if STRAIGHT.search(line) else line for line in lines)
    marked = BETWEEN_TAGS.sub(lambda text: FOREIGN.sub(_marked, text[0]), curly)
    return re.sub(PLACE, lambda _: next(kept), marked)


def _sign(found: re.Match[str]) -> str:
    return [*SIGNS.values()][(found.lastindex or 1) - 1] or found[0]


def _marked(words: re.Match[str]) -> str:
    if words.lastgroup == settings.project().language.partition("-")[0]:
        return words[0]
    return f'<span lang="{words.lastgroup}" dir="auto">{words[0]}</span>'


def in_words(text: str) -> str:
    """A text with its codes in words, by the function that the settings name, if any."""
    function = settings.project().in_words
    return _named(function)(text) if function else text


def in_their_words(words: Words) -> Words:
    """The same for words with links."""
    return Words(tuple((in_words(text), link) for text, link in words.pieces))


@cache
def _named(function: str) -> Callable[[str], str]:
    try:
        found: Callable[[str], str] = resolve_name(function)
    except (ValueError, ImportError, AttributeError) as error:
        raise BuildError(
            f"pyproject.toml, [tool.notebook-reports], in-words: found {function!r} ({error}), expected the name of a "
            "function as module:function, which takes a text and gives it in words."
        ) from None
    return found
