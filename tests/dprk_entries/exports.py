"""Exports of the statistics portal, made up, in the layout that it sends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

COUNTRIES = {"408": "КНДР", "156": "Китай"}
PURPOSES = {"1": "учеба", "2": "деловая поездка"}


class Series(NamedTuple):
    """One observation; `value`: none where the element is missing."""

    codes: Mapping[str, str]
    part: str
    year: int
    value: str | None
    unit: str = "человек"


def export(
    series: Iterable[Series],
    lists: Mapping[str, tuple[str, Mapping[str, str]]],
    indicator: str = "38479",
    truncated: str = "false",
    prefix: str = "generic",
) -> Iterator[str]:
    """The text of an export, piece by piece; `lists`: name and labels of each dimension, by id."""
    yield f"""<?xml version='1.0' encoding='UTF-8'?>
<GenericData xmlns="http://www.SDMX.org/resources/SDMXML/schemas/v1_0/message"
 xmlns:{prefix}="http://www.SDMX.org/resources/SDMXML/schemas/v1_0/generic" xmlns:structure="http://www.SDMX.org/s">
<Header Id="singHead"><ID>1</ID><Test>false</Test><Truncated>{truncated}</Truncated>
<Extracted>2026-03-02T05:58:21</Extracted>
<Sender id="UIS"><Contact><Name>Иванова И. И.</Name></Contact></Sender></Header>
<CodeLists>"""
    for name, (called, labels) in lists.items():
        yield f'<structure:CodeList id="{name}"><structure:Name xml:lang="ru">{called}</structure:Name>'
        for code, label in labels.items():
            described = f'<structure:Description xml:lang="ru">{label}</structure:Description>'
            yield f'<structure:Code value="{code}">{described}</structure:Code>'
        yield "</structure:CodeList>"
    yield f"""</CodeLists>
<Description Id="signObj"><Indicator id="{indicator}" name="Въезд иностранных граждан в РФ">
<Units><Unit value="человек"/></Units><LastUpdate value="2026-02-09T11:13:28"/>
<Methodology value="Приказ 1"/><Responsible value="Иванова И. И."/><Organization value="ФСБ"/></Indicator></Description>
<DataSet>"""
    for each in series:
        yield f"<{prefix}:Series><{prefix}:SeriesKey>"
        for name, code in each.codes.items():
            yield f'<{prefix}:Value concept="{name}" value="{code}"/>'
        yield f"""</{prefix}:SeriesKey><{prefix}:Attributes><{prefix}:Value concept="EI" value="{each.unit}"/>
<{prefix}:Value concept="PERIOD" value="{each.part}"/></{prefix}:Attributes><{prefix}:Obs>"""
        value = "" if each.value is None else f'<{prefix}:ObsValue value="{each.value}"/>'
        yield f"<{prefix}:Time>{each.year}</{prefix}:Time>{value}</{prefix}:Obs></{prefix}:Series>\n"
    yield "</DataSet></GenericData>"


def by_country_and_purpose(
    cells: Sequence[tuple[str, str, str, int, str | None]], countries: Mapping[str, str] = COUNTRIES, **changes
) -> str:
    """An export with these cells: country, purpose (codes), part of the year, year, value; `changes`: of `export`."""
    lists = {"57831": ("Страны", countries), "30611": ("Цель поездки", PURPOSES)}
    series = [Series({"57831": country, "30611": purpose}, *rest) for country, purpose, *rest in cells]
    return "".join(export(series, lists | changes.pop("lists", {}), **changes))
