"""A parameter that may be None only overrides what a table holds."""

import ast

import pytest

from notebook_reports.errors import BuildError
from notebook_reports.runner import parameters

TYPES = {"often": "float | None", "many": "int | None", "period": "str | None"}


def declared(source: str) -> tuple[str, str]:
    (statement,) = ast.parse(source).body
    return parameters.declaration(statement, "here")


@pytest.mark.parametrize(
    "source", ["often: float | None = None", "often: float | None = 6", "often: float | None = 6.5"]
)
def test_a_parameter_may_be_none(source):
    assert declared(source) == ("often", "float | None")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("often: float | None = 'six'", "parameter often is 'six', which is no float | None"),
        ("often: float = None", "parameter often is None, which is no float"),
        ("often: list[int] | None = None", "expected one of int, float"),
    ],
)
def test_a_wrong_default_is_refused(source, told):
    with pytest.raises(BuildError) as refused:
        declared(source)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("often", "6", 6.0),
        ("often", 6, 6.0),
        ("often", "None", None),
        ("often", None, None),
        ("many", "3", 3),
        ("period", "2024", "2024"),
        ("period", "None", None),
    ],
)
def test_a_value_or_none_is_read_from_the_command_line(name, value, read):
    found = parameters.convert("03-share", name, value, TYPES)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("often", "six", "found 'six', expected float | None, such as 0.5 or None"),
        ("often", "nan", "found 'nan', expected float | None"),
        ("many", "3.5", "found '3.5', expected int | None, such as 3 or None"),
        ("many", "True", "found 'True', expected int | None"),
    ],
)
def test_a_wrong_value_is_refused(name, value, told):
    with pytest.raises(BuildError) as refused:
        parameters.convert("03-share", name, value, TYPES)
    assert told in str(refused.value)
