"""Numbers as the language of a source prints them: "13 221", "11,8", "1만 3221명", "13,2 тыс.".

Marks and multiples of a language are those of CLDR, which Babel brings. What a language does not settle is not guessed:
each value that a number can have is named.
"""

import functools
import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, get_decimal_symbol, get_group_symbol, parse_decimal

from reconcile import hedges, wording

# Full-width and Arabic marks, and both apostrophes, which set off thousands in any language, as blanks do.
MARKS = str.maketrans("，．’٬", ",.''")
DIGITS = r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,٫][0-9]+)?|[0-9]+(?:[.,'٫][0-9]+)*"
EITHER = ("en", "de")  # the two ways to use point and comma, for a number that its own language would not print so
# What is counted, where it is written together with its number.
COUNTERS = {"ko": ("명", "건"), "ja": ("人", "件"), "zh": ("人", "人次", "名", "件")}
# Powers of ten that CLDR does not have among its abbreviations.
MORE_MULTIPLES = {"ja": {"千": 3}, "zh": {"千": 3, "萬": 4, "億": 8}}


class Number(NamedTuple):
    """A number of a text: the values that it can have, the multiple that its last part counts, and where it stands.

    The exponent of a value is that of the last digit that was meant: 3 of "13 тысяч", 2 of "13,0 тыс.".
    """

    values: list[Decimal]
    multiple: Decimal
    start: int
    end: int


def read(text: str, language: str) -> tuple[str, str]:
    """Hedge and digits of a count in plain wording: a number alone, or after an English hedge ("about 130"), that has
    one value in the language (ISO 639-1; empty: not known). Thousands and the like that are counted are rounded. Both
    empty for any other wording."""
    hedge, rest = wording.split(text) if language in ("en", "") else ("exact", text.strip())
    found = numbers(rest, language)
    if len(found) != 1 or found[0].start or rest[found[0].end :].strip() not in ("", *COUNTERS.get(language, ())):
        return "", ""
    values, multiple = found[0].values, found[0].multiple
    if len(values) != 1 or _exponent(values[0]) < 0:
        return "", ""
    return "rounded" if hedge == "exact" and multiple > 1 else hedge, str(int(values[0]))


def place(value: int, text: str, language: str) -> int:
    """Place of the last digit of a value that was meant, as the text shows it, else the last that is not zero."""
    shown = [_exponent(each) for number in numbers(text, language) for each in number.values if each == value]
    return 10 ** max(0, shown[0]) if shown else int(hedges.place(value))


def numbers(text: str, language: str) -> list[Number]:
    """The numbers of a text, in its order."""
    plain = "".join(" " if sign.isspace() else str(unicodedata.decimal(sign, sign)) for sign in text).translate(MARKS)
    found: list[Number] = []
    for match in _pattern(language).finditer(plain):
        multiple = _multiples(language).get((match[2] or "").lower(), Decimal(1))
        values = _values(match[1], language, multiple > 1)
        number = Number([value * multiple for value in values], multiple, *match.span())
        if found and plain[found[-1].end : number.start] in ("", " ") and _go_on(found[-1], number):
            number = number._replace(values=[found[-1].values[0] + number.values[0]], start=found.pop().start)
        found.append(number)
    return [number for number in found if number.values]


def in_words(found: list[Number]) -> str:
    """Numbers as a message names them: "2022, 1.083 or 1083"."""
    return ", ".join(" or ".join(f"{value:f}" for value in number.values) for number in found)


def _go_on(first: Number, second: Number) -> bool:
    """Whether the second is the rest of the first, as in "1만 3221"."""
    if first.multiple == 1 or len(first.values) != 1 or len(second.values) != 1:
        return False
    return not first.values[0] % first.multiple and second.values[0] < first.multiple


def _values(digits: str, language: str, multiplied: bool) -> list[Decimal]:
    """A number as its language prints it has one value. With a decimal mark and no multiple it can be taken for
    thousands, "13,221" in a Russian text: then, and where the language prints no such number, each value that it has in
    some language."""
    own = _parsed(digits, language)
    if own is not None and (multiplied or _exponent(own) >= 0):
        return [own]
    values = [own, *(_parsed(digits, other) for other in EITHER)]
    return list(dict.fromkeys(value for value in values if value is not None))


@functools.cache
def _parsed(digits: str, language: str) -> Decimal | None:
    """The value of digits with marks in a language; None where it does not print them so."""
    try:
        locale = Locale.parse(language)
        group = get_group_symbol(locale, numbering_system="latn")
        decimal = get_decimal_symbol(locale, numbering_system="latn")
        spelt = re.sub("[ ']", group, digits).replace("٫", decimal)
        if set(spelt) - set(f"0123456789{group}{decimal}"):
            return None
        value = parse_decimal(spelt, locale, strict=True)
    except (NumberFormatError, UnknownLocaleError, ValueError):
        return None
    return value if _exponent(value) < 0 else value.normalize()


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)


@functools.cache
def _pattern(language: str) -> re.Pattern[str]:
    """Digits, and a multiple after them. A word of letters with two cases ends there; others run on, as in "만명"."""
    longest_first = sorted(_multiples(language), key=len, reverse=True)
    words = [re.escape(word) + r"(?!\w)" * (word.upper() != word) for word in longest_first]
    return re.compile(rf"({DIGITS})(?: ?({'|'.join(words)})\.?)?" if words else rf"({DIGITS})()", re.IGNORECASE)


@functools.cache
def _multiples(language: str) -> dict[str, Decimal]:
    """What the words and abbreviations for thousands, millions ... stand for, without the stop at their end."""
    try:
        formats = Locale.parse(language).compact_decimal_formats
    except (UnknownLocaleError, ValueError):
        return {}
    multiples = {word: Decimal(10) ** power for word, power in MORE_MULTIPLES.get(language, {}).items()}
    for forms in (form for length in formats.values() for form in length.values()):
        for number, pattern in forms.items():  # "10000" and "00 тыс'.'"
            word = pattern.suffix[0].replace("'", "").strip().rstrip(".").lower()
            if word and not pattern.prefix[0]:
                multiples[word] = Decimal(number).scaleb(1 - pattern.pattern.count("0"))
    return {word: multiple.normalize() for word, multiple in multiples.items()}
