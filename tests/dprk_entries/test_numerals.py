"""Numbers as languages print them are read back, and what a language does not settle is not guessed."""

import csv

import pytest
from babel import Locale
from babel.numbers import format_compact_decimal, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from dprk_entries.data import numerals
from notebook_reports import paths

with (paths.ROOT / "data/raw/sources.csv").open(encoding="utf-8", newline="") as table:
    LANGUAGES = sorted({source["language"] for source in csv.DictReader(table)} | {"de", "fr", "ja", "zh"})
COUNTS = st.integers(0, 10**9)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")


@pytest.mark.parametrize("language", LANGUAGES)
@given(count=COUNTS)
def test_a_count_in_the_marks_of_its_language_reads_back_to_itself(language, count):
    printed = format_decimal(count, locale=language)
    assert numerals.read(printed, language) == ("exact", str(count))
    assert numerals.read(printed.translate(FULL_WIDTH), language) == ("exact", str(count))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mark", [" ", "\u00a0", "\u202f", "\u2009", "’", "'"])
@given(count=COUNTS)
def test_blanks_and_apostrophes_set_off_thousands_in_any_language(language, mark, count):
    assert numerals.read(f"{count:,}".replace(",", mark), language) == ("exact", str(count))


@pytest.mark.parametrize("language", ["ar", *LANGUAGES])
@given(count=COUNTS)
def test_arabic_digits_are_read_in_any_language(language, count):
    assert numerals.read(f"{count:,}".translate(ARABIC), language) == ("exact", str(count))


@pytest.mark.parametrize(("language", "unit"), [("ko", "만"), ("ja", "万"), ("zh", "万"), ("zh", "萬")])
@pytest.mark.parametrize("blank", ["", " "])
@given(count=st.integers(10**4, 10**8 - 1))
def test_a_count_of_ten_thousands_and_a_rest_reads_back_to_itself(language, unit, blank, count):
    myriads, rest = divmod(count, 10**4)
    qualifier, value = numerals.read(f"{myriads}{unit}{blank}{rest or ''}".strip(), language)
    assert (qualifier, value) == ("exact" if rest else "rounded", str(count))


@pytest.mark.parametrize(
    ("language", "length"), [(each, length) for each in LANGUAGES for length in Locale(each).compact_decimal_formats]
)
@given(count=st.integers(10**6, 10**9))
def test_a_count_of_millions_is_read_as_rounded_to_the_digit_that_was_printed(language, length, count):
    printed = format_compact_decimal(count, format_type=length, locale=language, fraction_digits=1)
    qualifier, value = numerals.read(printed, language)
    assert qualifier == "rounded" or printed == format_decimal(count, locale=language)
    assert abs(int(value) - count) <= numerals.place(int(value), printed, language) / 2


@given(count=st.integers(1000, 999_999), language=st.sampled_from(["ru", "bg", "de", "es", "fr"]))
def test_the_comma_of_other_languages_may_set_off_thousands_and_is_not_guessed_at(count, language):
    printed = f"{count:,}"
    assert numerals.read(printed, language) == ("", "")
    assert numerals.in_words(numerals.numbers(printed, language)) == f"{printed.replace(',', '.')} or {count}"


@given(count=st.integers(1000, 999_999), language=st.sampled_from(["en", "ko", "ru", ""]))
def test_so_may_the_point(count, language):
    printed = f"{count:,}".replace(",", ".")
    assert numerals.read(printed, language) == ("", "")
    assert numerals.in_words(numerals.numbers(printed, language)) == f"{printed} or {count}"


@pytest.mark.parametrize(
    ("text", "language", "hedge", "value", "place"),
    [
        ("13\u202f221", "ru", "exact", 13221, 1),
        ("1.234", "de", "exact", 1234, 1),
        ("12,34,567", "hi", "exact", 1234567, 1),
        ("١٣٬٢٢١", "ar", "exact", 13221, 1),
        ("1만 3221명", "ko", "exact", 13221, 1),
        ("1만3천221명", "ko", "exact", 13221, 1),
        ("9천985명", "ko", "exact", 9985, 1),
        ("11만6천", "ko", "rounded", 116000, 1000),
        ("1.3 万", "zh", "rounded", 13000, 1000),
        ("1.3万人", "ja", "rounded", 13000, 1000),
        ("１．３万", "ja", "rounded", 13000, 1000),
        ("3千", "ja", "rounded", 3000, 1000),
        ("13,2 тыс.", "ru", "rounded", 13200, 100),
        ("13,0 тыс.", "ru", "rounded", 13000, 100),  # the zero is printed
        ("13 тысяч", "ru", "rounded", 13000, 1000),
        ("20 тысяч", "ru", "rounded", 20000, 10000),  # "20,000" means its last digit that is not zero
        ("1,2 млн", "ru", "rounded", 1200000, 100000),
        ("16,759 млн", "ru", "rounded", 16759000, 1000),
        ("7 хил.", "bg", "rounded", 7000, 1000),
        ("2 mil millones", "es", "rounded", 2 * 10**9, 10**9),
        ("11,8 Mio.", "de", "rounded", 11800000, 100000),
        ("13.2 thousand", "en", "rounded", 13200, 100),
        ("nearly 10K", "en", "nearly", 10000, 10000),
        ("about 130", "en", "approx", 130, 10),
        ("1,234,567", "ru", "exact", 1234567, 1),  # no decimal mark stands twice
    ],
)
def test_plain_wording_is_read_as_its_language_prints_it(text, language, hedge, value, place):
    assert numerals.read(text, language) == (hedge, str(value))
    assert hedge == "exact" or numerals.place(value, text, language) == place


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("in 2022: 130", "en", "2022, 130"),
        ("2022 130", "en", "2022, 130"),
        ("5 0", "en", "5, 0"),
        ("3.2 thousand 14 times", "en", "3200, 14"),
        ("13 тысяч 2024", "ru", "13000, 2024"),
        ("от 12 000 до 15 000", "ru", "12000, 15000"),
        ("на 508,9%", "ru", "508.9"),
        ("5 Muslims", "en", "5"),  # not five million
        ("13 тысячелетий", "ru", "13"),
        ("1,083", "", "1083 or 1.083"),  # the language is not known
        ("11,8", "ru", "11.8"),  # no count
        ("13,22", "en", "13.22"),
        ("13.0", "en", "13.0"),
        ("13,221²", "en", "13221"),
        ("about 130", "ru", "130"),  # no words of Russian
        ("130명 이상", "ko", "130"),
        ("-5", "en", "5"),
        ("1.2.3", "en", ""),
        ("a dozen", "en", ""),
    ],
)
def test_other_wording_is_not_read_but_its_numbers_are_named(text, language, found):
    assert numerals.read(text, language) == ("", "")
    assert numerals.in_words(numerals.numbers(text, language)) == found
