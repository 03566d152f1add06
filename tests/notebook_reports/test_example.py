"""A project of another subject: run, shown, varied, packed, with no word of the first."""

import io
import json
import re
import zipfile
from urllib.parse import unquote
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from PIL import Image
from projects import Project, ran
from toy import EXAMPLE

PAGES = ["01-sum-harvests", "02-compare-years", "index", "sources/years"]


def soup(project: Project, page: str, folder: str = "reports") -> BeautifulSoup:
    return BeautifulSoup(project.read(f"{folder}/{page}.html"), "html.parser")


def test_every_page_says_what_the_settings_say(example_once):
    for page in PAGES:
        html = soup(example_once, page)
        foot = html.footer.get_text(" ", strip=True)
        assert html.html["lang"] == "en-GB"
        assert html.title.string.endswith("Apple harvests of three villages")
        assert "Apple harvests of three villages. A harvest is what was picked, not what was sold." in foot
        assert foot.endswith("Text and tables: CC0.")
        links = {link.string: link["href"] for link in html.footer.select("a")}
        assert list(links) == ["All reports", "Years", "Data to download", "Tell of a fault"]
        assert links["Tell of a fault"] == "mailto:orchards@example.org"


def test_the_front_page_leads_to_reports_charts_and_tables(example_once):
    html = soup(example_once, "index")
    assert html.h1.string == "Apple harvests of three villages"
    assert html.select_one(".headline").string == "What two papers printed of the harvests of three villages."
    questions = [heading.a.string for heading in html.select(".reports h3")]
    assert questions == ["How much was picked?", "Did the harvest grow?"]
    (chart,) = html.select(".charts figure")
    assert chart.figcaption.strong.string == "More was picked" and "Source: two papers." in chart.get_text()
    assert [a["href"] for a in html.select(".tables a")] == ["data/harvests.csv", "data/totals.csv"]
    assert html.pre.code.string == "PYTHONPATH=src python -m doit"
    about = json.loads(html.script.string)
    assert (about["creator"]["name"], about["version"]) == ("The orchard keepers", "1.0.0")
    assert "license" not in about  # the settings name none for machines


def test_a_number_leads_to_its_entry(example_once):
    for page, year, said_by in (("01-sum-harvests", "2021", "aria-label"), ("02-compare-years", "2022", "title")):
        link = soup(example_once, page).find("a", {"class": "cite"}, string=year)
        assert link["href"] == f"sources/years.html#{year}"
        assert link[said_by] == f"{year}, all villages"
    assert soup(example_once, "sources/years").find(id="2021").string == "2021: 38 to 40 tonnes in 3 villages."


def test_what_is_kept_of_a_drawing_is_what_a_fresh_one_gives(example):
    """The chart by itself, which is drawn anew where anything of it is another, or what was kept is damaged."""
    notebook = "notebooks/02-compare-years.ipynb"
    stored, kept = example.read(notebook), example.root / ".build/home/matplotlib/drawn/totals"
    charts = [example.root / f"reports/figures/totals.{kind}" for kind in ("svg", "png")]

    def built(old: str, new: str) -> tuple[list[bytes], bytes]:
        example.write(notebook, stored.replace(old, new))
        assert "notebook:02-compare-years" in ran(example.build())
        return [chart.read_bytes() for chart in charts], kept.read_bytes() if kept.exists() else b""

    first = built("def draw(ax)", "def draw( ax)")
    once = kept.stat().st_mtime_ns
    assert built("def draw(ax)", "def draw(ax )") == first and kept.stat().st_mtime_ns == once
    other = built("More was picked", "Less was picked")
    assert all(new != old for new, old in zip(other[0], first[0], strict=True)) and other[1] != first[1]
    kept.write_bytes(other[1][:-1])
    assert built("def draw(ax)", "def draw(ax  )") == first
    kept.unlink()
    raster = built("def draw(ax):", "def draw(ax):\\n    ax.imshow([[1, 2], [3, 4]])")
    assert raster[0] != first[0] and not kept.exists()
    kept.parent.rmdir()
    kept.parent.write_text("in the place of the folder")
    example.write(notebook, stored.replace("def draw(ax)", "def draw(ax   )"))
    assert "notebook:02-compare-years" in ran(example.build())
    assert [chart.read_bytes() for chart in charts] == first[0]


ADDRESS = "https://orchards.example.org/site/"
PUBLISHED = f'picture = "totals"\naddress = "{ADDRESS}"\n'


def test_a_site_with_an_address_says_at_each_page_where_it_is_and_shows_a_chart_with_a_link_to_it(example):
    """Without one no page says anything of that kind, whatever picture is named."""
    settings = example.read("pyproject.toml")
    for added in ("", 'picture = "totals"\n'):
        example.write("pyproject.toml", settings.replace("warm = ", f"{added}warm = "))
        example.build()
        for page in PAGES:
            head = soup(example, page).head
            assert not head.select("link[rel=canonical], meta[property='og:url'], meta[property='og:image']")
            assert head.find("meta", property="og:title")["content"] == head.title.string
        assert not (example.root / "reports/picture.png").exists()
    example.write("pyproject.toml", settings.replace("warm = ", f"{PUBLISHED}warm = "))
    example.build()
    for page in PAGES:
        head, path = soup(example, page).head, "" if page == "index" else f"{page}.html"
        assert head.find("link", rel="canonical")["href"] == ADDRESS + path
        assert head.find("meta", property="og:url")["content"] == ADDRESS + path
        assert head.find("meta", property="og:image")["content"] == f"{ADDRESS}picture.png"
    picture = (example.root / "reports/picture.png").read_bytes()
    with Image.open(io.BytesIO(picture)) as shown:
        assert (shown.format, shown.size) == ("PNG", (1200, 630))
        assert len(shown.convert("RGB").getcolors(1_000_000)) > 10  # it is no white sheet
    example.write("pyproject.toml", settings)
    example.build()
    assert not (example.root / "reports/picture.png").exists()


def test_a_picture_of_no_figure_is_named_with_those_that_there_are(example):
    settings = example.read("pyproject.toml").replace("warm = ", f"{PUBLISHED}warm = ").replace('"totals"', '"total"')
    example.write("pyproject.toml", settings)
    output = example.fail()
    assert "pyproject.toml, [tool.notebook-reports], picture: found 'total', expected one of ['totals']" in output


def test_a_page_has_an_icon_that_nobody_is_asked_for(example_once):
    icon = soup(example_once, "index").find("link", rel="icon")["href"]
    kind, _, drawing = icon.partition(",")
    assert kind == "data:image/svg+xml"
    assert ElementTree.fromstring(unquote(drawing)).find("{http://www.w3.org/2000/svg}path") is not None


def test_no_word_of_another_subject_is_in_what_it_makes(example_once):
    made = [path for path in (example_once.root / "reports").rglob("*") if path.suffix in (".html", ".csv", ".json")]
    words = re.compile(r"dprk|korea|russia|crossing|border[ _]|visa|reconcile", re.IGNORECASE)
    for path in made:
        text = re.sub(r"<style>.*?</style>", "", path.read_text(), flags=re.DOTALL)
        assert not words.search(text), path


def test_a_wrong_cell_and_a_broken_rule_are_told_by_the_notebook_that_reads_it(example):
    good = example.read("data/raw/harvests.csv")
    for cell, told in (("1O", "row 2, column tonnes: found '1O', expected a whole number"),
                       ("120", "row 2, column tonnes: found '120', expected at most 99 but in Cedar")):  # fmt: skip
        example.write("data/raw/harvests.csv", good.replace("2021,12", f"2021,{cell}"))
        output = example.fail()
        assert f"data/raw/harvests.csv, {told}" in output
        assert "FAILED: notebook:01-sum-harvests" in output


def test_what_a_step_remarks_is_told_at_the_end_of_every_build_that_succeeds(example):
    remark = "A village is missing in 2022.\n"
    entries = example.read("src/orchards/entries.py").replace(
        "def main() -> None:",
        f"def main() -> None:\n    paths.write(paths.to_write(paths.REMARKS), {remark.encode()!r})",
    )
    example.write("src/orchards/entries.py", entries)
    example.write("dodo.py", example.read("dodo.py").replace("[YEARS]", '[YEARS, ".build/remarks.txt"]'))
    assert re.search(rf"done in .+\n{remark}Done in .+ Open reports/index.html\n$", example.build())
    assert example.build() == f"{remark}Nothing to do: reports are up to date. Open reports/index.html\n"
    assert remark not in example.build("page:01-sum-harvests")
    example.write("data/raw/harvests.csv", example.read("data/raw/harvests.csv").replace("2021,12", "2021,1O"))
    assert remark not in example.fail()


def test_an_experiment_makes_anew_what_depends_on_it_and_copies_the_rest(example):
    before = example.hashes()
    code, output = example.run("notebook_reports.runner.experiment", "01", "-p", "rounding=2", "--to", "../wider")
    assert code == 0, output
    wider = Project(example.root.parent / "wider")
    assert "2021: 33 to 45 tonnes" in wider.read("reports/sources/years.html")  # the entries read what changed
    assert "changed by −10 to 14 tonnes" in wider.read("reports/index.html")
    code, output = example.run("notebook_reports.runner.experiment", "02", "-p", "base=2022", "--to", "../base")
    assert code == 0, output
    base = Project(example.root.parent / "base")
    assert base.read("reports/sources/years.html") == example.read("reports/sources/years.html")
    assert "An experiment, not a published report:" in base.read("reports/01-sum-harvests.html")
    assert example.hashes() == before
    assert ran(example.build()) == []


def test_the_archive_is_named_after_the_site_and_is_the_same_byte_for_byte(example):
    archive = example.root / ".build/apple-harvests-of-three-villages.zip"
    contents = []
    for _ in range(2):
        code, output = example.run("notebook_reports.archive")
        assert (code, output.strip()) == (0, str(archive))
        contents.append(archive.read_bytes())
        for file in example.root.rglob("*"):
            file.touch()
    assert contents[0] == contents[1]
    assert example.run("notebook_reports.archive", "../other name.zip") == (0, "../other name.zip\n")
    assert "other name/README.md" in zipfile.ZipFile(example.root.parent / "other name.zip").namelist()
    names = zipfile.ZipFile(archive).namelist()
    folder = "apple-harvests-of-three-villages"
    expected = ("data/raw/harvests.csv", "reports/sources/years.html", "README.md")
    assert {f"{folder}/{file}" for file in expected} <= {*names}
    assert not [name for name in names if "/src/" in name or "CHANGELOG" in name]


def test_the_archive_holds_what_the_project_names_and_nothing_that_lies_beside_it(example):
    """Without git, as in a downloaded ZIP. A table that is a link out of the project is no part of it."""
    example.write("data/secret/.env", "KEY=1")
    example.write("reports/draft.html", "not yet")
    (example.root / "data/raw/private.csv").symlink_to(example.root.parent)
    code, output = example.run("notebook_reports.archive", "../all.zip")
    assert code == 0, output
    names = {name.partition("/")[2] for name in zipfile.ZipFile(example.root.parent / "all.zip").namelist()}
    assert names == {path for path in example.hashes("data", "reports", ".") if path.startswith(("data/", "reports/"))
                     and path not in ("data/secret/.env", "reports/draft.html")} | {"README.md"}  # fmt: skip
    table = example.root / "data/raw/harvests.csv"
    table.replace(example.root.parent / "harvests.csv")
    table.symlink_to(example.root.parent / "harvests.csv")
    code, output = example.run("notebook_reports.archive", "../all.zip")
    assert (code, output) == (
        1, "data/raw/harvests.csv is a link that leads out of the project: put the file itself there.\n"
    )  # fmt: skip


def test_the_archive_replaces_nothing_but_an_archive(example):
    before = example.hashes()
    example.write("../other.zip", "by hand")
    (example.root.parent / "link.zip").symlink_to("other.zip")
    for file in ("data/raw/harvests.csv", "data/raw/new.csv", "../other.zip", "../link.zip"):
        code, output = example.run("notebook_reports.archive", file)
        assert code == 1 and output.startswith(f"{file}") and output.count("\n") == 1, output
    code, output = example.run("notebook_reports.archive", "--help")
    assert code == 0 and "FILE.zip" in output
    assert example.hashes() == before
    assert example.read("../other.zip") == "by hand"


def test_the_graph_that_the_docs_show_is_that_of_the_example():
    docs = (EXAMPLE.parents[2] / "docs" / "notebook_reports.md").read_text()
    assert (EXAMPLE / "dodo.py").read_text().partition('"""\n\n')[2] in docs
