"""A link leads somewhere, however it is written."""

import pytest

from notebook_reports import check_links
from notebook_reports.errors import BuildError


@pytest.fixture
def site(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/my file.csv").write_text("a\n")
    (tmp_path / "учёба.html").write_text('<h2 id="Учёба">Учёба</h2><p id="a&amp;b">')
    return tmp_path


@pytest.mark.parametrize(
    "link",
    [
        'href="data/my%20file.csv"',
        "href='data/my%20file.csv'",
        'href="учёба.html#Учёба"',
        'href="%D1%83%D1%87%D1%91%D0%B1%D0%B0.html#%D0%A3%D1%87%D1%91%D0%B1%D0%B0"',
        'href="учёба.html#a&amp;b"',
        'href="https://example.org/#x"',
        'src="data:image/png;base64,aGk="',
    ],
)
def test_a_link_that_leads_somewhere_is_found(site, link):
    (site / "index.html").write_text(f"<a {link}>x</a>")
    check_links.check(site)


@pytest.mark.parametrize(
    "link", ["href='gone.html'", 'href="data/my file.csv#top"', 'xlink:href="учёба.html#Gone"', 'src="gone.png"']
)
def test_a_link_that_leads_nowhere_is_named_with_its_page(site, link):
    (site / "index.html").write_text(f"<a {link}>x</a>")
    with pytest.raises(BuildError, match=r"index.html links to (gone|data/my file.csv#top|учёба.html#Gone)"):
        check_links.check(site)


def test_a_file_that_is_no_page_is_named(site):
    (site / "index.html").write_bytes(b"\xff\xfe\0")
    with pytest.raises(BuildError, match=r"index.html is no page in UTF-8 .*: remove it"):
        check_links.check(site)
    (site / "index.html").unlink()
    (site / "a.html").mkdir()
    with pytest.raises(BuildError, match=r"a.html is no page in UTF-8"):
        check_links.check(site)
