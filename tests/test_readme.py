"""The READMEs agree with the build, with the data package and with what was computed."""

import json
import re

import pytest

from dprk_entries.data import tables
from notebook_reports import paths

README = (paths.ROOT / "README.md").read_text(encoding="utf-8")
DATA = (paths.ROOT / "data" / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = ".github/CONTRIBUTING.md"
PASSAGES = re.findall(r"^\| ([^|]+) \| ([^|]*\(reports/[^|]+) \| ([^|]+) \|$", README, re.MULTILINE)
NUMBER = r"\d[\d,]*\d|\d+"


def part(text: str, name: str) -> str:
    return text.split(f"<!-- {name}:begin -->")[1].split(f"<!-- {name}:end -->")[0]


def test_it_can_be_read_in_five_minutes():
    assert len(README.split()) <= 1000


def test_the_findings_are_the_headlines_of_the_pages():
    findings = part(README, "findings").strip().splitlines()
    assert len(findings) == len(list(paths.NOTEBOOKS.glob("*.ipynb")))
    for line in findings:
        page = re.search(r"\((reports/[\w-]+\.html)\)", line)[1]
        sentence = re.match(r"- (.+?) \(\[", line)[1]
        assert sentence in (paths.ROOT / page).read_text(encoding="utf-8").replace("&#39;", "'")


def test_the_dictionary_names_every_column_of_every_table():
    sections = dict(re.findall(r"^### `(\S+)`\n(.+?)(?=^###|\Z)", part(DATA, "dictionary"), re.MULTILINE | re.DOTALL))
    resources = json.loads((paths.ROOT / paths.SCHEMA).read_text(encoding="utf-8"))["resources"]
    assert list(sections) == [f"data/{resource['path']}" for resource in resources]
    for resource in resources:
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert re.findall(r"^\| `(\w+)` \|", sections[f"data/{resource['path']}"], re.MULTILINE) == columns
        header = (paths.ROOT / "data" / resource["path"]).read_text(encoding="utf-8-sig").partition("\n")[0]
        assert header.split(",") == columns


def claims_named(verdict: str) -> list[str]:
    return re.findall(r"\[(A\d\d)\]", verdict)


def test_every_claim_of_the_article_stands_beside_its_analysis():
    named = [claim for _, _, verdict in PASSAGES for claim in claims_named(verdict)]
    assert named == [claim for claim in tables.read_raw("claims")["claim_id"] if claim.startswith("A")]


@pytest.mark.parametrize(("passage", "verdict"), [(p, v) for p, _, v in PASSAGES if claims_named(v)])
def test_a_passage_has_the_figures_and_the_verdict_that_were_computed(passage, verdict):
    checked = tables.read_processed("claims-checked").set_index("claim_id").loc[claims_named(verdict)]
    printed = {number for text in checked["as_stated"] for number in re.findall(NUMBER, text)}
    assert set(re.findall(NUMBER, re.sub(r"\bin 20\d\d\b", "", passage))) == printed
    for group in verdict.split("; "):
        told = group.rpartition(") ")[2]
        for claim in claims_named(group):
            computed = checked.loc[claim, "verdict"]
            assert told in (computed, computed.replace("holds", "hold")), claim


@pytest.mark.parametrize("file", ["README.md", "data/README.md", "docs/benchmarks/README.md", CONTRIBUTING])
def test_every_file_section_and_command_that_is_named_exists(file):
    path = paths.ROOT / file
    text = path.read_text(encoding="utf-8")
    for link, anchor in re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", text):
        target = path.parent / link if link else path
        assert target.exists(), link
        if anchor and target.suffix == ".html":
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), f"{link}#{anchor}"
        elif anchor:
            assert anchor in headings(target.read_text(encoding="utf-8")), f"{link}#{anchor}"
    makefile = (paths.ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z-]+)", " ".join(re.findall(r"`[^`\n]+`|^make .+$", text, re.MULTILINE))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def headings(text: str) -> set[str]:
    """Anchors of a Markdown page, as GitHub makes them."""
    return {
        re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
