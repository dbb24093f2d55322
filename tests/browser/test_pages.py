"""The book as a reader's browser shows it: whole, from no other server, readable on each screen."""

import functools
import importlib.util
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pages import PATIENCE, WIDTHS, look, served, walk

# Of each kind of page one at least.
SAMPLE = {
    "start": "index.html",
    "first page": "notebooks/index.html",
    "overview": "notebooks/week16/0_overview.html",
    "derivation": "notebooks/week16/3_y_minus_t.html",
    "figures": "notebooks/week16/6_what_the_vectors_know.html",
    "exercise": "notebooks/week16/exercises.html",
    "solution": "solutions/week16/exercises.html",
    "glossary": "notebooks/glossary.html",
    "notation": "notebooks/notation.html",
    "vectors to try": "words.html",
    "package": "package/common.layers.html",
    "measurements": "benchmarks/results.html",
    "search": "search.html",
}
HEAVY = 1.5e6  # bytes that a page and all it shows may have, beside MathJax


@pytest.fixture(scope="module")
def site(html):
    with served(html) as address:
        yield address


@pytest.fixture(scope="module")
def walked(site):
    return walk(site)


@pytest.fixture(scope="module")
def see(browser, site):
    """What the browser sees of a page; each is opened once."""
    return functools.cache(lambda kind: look(browser, site + SAMPLE[kind], axe()))


def axe():
    """The source of axe-core, where it is installed."""
    found = importlib.util.find_spec("axe_playwright_python")
    return found and Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def test_every_link_leads_somewhere(walked):
    assert not walked.missing


def test_a_walk_finds_every_page(walked, html):
    """What no link leads to, no reader finds."""
    made = {page.relative_to(html).as_posix() for page in html.rglob("*.html")}
    made = {page for page in made if not page.startswith("_static/")}
    assert made - set(walked.pages) <= {"py-modindex.html"}


def test_no_page_shows_what_is_elsewhere(walked):
    assert not walked.elsewhere


def test_no_formula_is_left_in_the_text(walked):
    """On all pages, what MathJax will not see: a dollar or a command in plain text."""
    for path, page in walked.pages.items():
        text = "".join(page.words)
        assert "$" not in text, path
        assert "\\frac" not in text, path


@pytest.mark.parametrize("kind", SAMPLE)
def test_nothing_goes_wrong(see, kind):
    assert not see(kind).errors


@pytest.mark.parametrize("kind", SAMPLE)
def test_only_this_machine_is_asked(see, kind):
    hosts = {urlsplit(address).hostname for address in see(kind).asked}
    assert hosts - {None} == {"127.0.0.1"}


@pytest.mark.parametrize("kind", SAMPLE)
def test_every_formula_is_set(see, kind):
    assert not see(kind).raw


@pytest.mark.parametrize("kind", SAMPLE)
def test_pictures_have_words_and_room(see, kind):
    for width in WIDTHS:
        for picture in see(kind).pictures[width]:
            assert picture["words"], picture["name"]
            assert picture["loaded"], picture["name"]
            assert not picture["outside"], f"{picture['name']} at {width} pixels"


def test_the_page_of_figures_has_some(see):
    assert len(see("figures").pictures[WIDTHS[0]]) >= 2


@pytest.mark.parametrize("kind", SAMPLE)
def test_no_formula_is_cut(see, kind):
    """One that is wider than a phone scrolls, from its first letter on."""
    assert not any(see(kind).cut.values()), see(kind).cut


@pytest.mark.parametrize("kind", SAMPLE)
def test_a_page_does_not_scroll_sideways(see, kind):
    assert not any(see(kind).too_wide.values()), see(kind).too_wide


@pytest.mark.parametrize("kind", SAMPLE)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.skipif(not axe(), reason="axe-playwright-python is not installed")
def test_nothing_keeps_a_reader_out(see, kind, theme):
    """No violation of what axe-core knows: contrast AA in both themes, names, landmarks."""
    assert not see(kind).access[theme]


def test_no_page_is_heavy(walked, html):
    """A page with its pictures, styles and scripts, beside MathJax, which is read once."""
    for path, page in walked.pages.items():
        files = {
            (html / path).parent.joinpath(address.partition("?")[0]).resolve()
            for address in page.shown
        }
        files = {f for f in files if f.is_file() and f.suffix != ".html"}  # not the next page
        files = {f for f in files if "mathjax" not in f.parts}
        size = sum(f.stat().st_size for f in [html / path, *files])
        heaviest = max(files, key=lambda f: f.stat().st_size, default=None)
        assert size <= HEAVY, f"{path} has {size:,} bytes, most of them {heaviest}"


def test_search_finds_the_name_of_a_function(browser, site):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}search.html?q=add.at")
    page.locator("#search-results p.search-summary", has_text="found").wait_for()
    found = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
    page.close()
    assert any("week16/1_row_slice.html" in address for address in found), found
