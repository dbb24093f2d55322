"""A browser for the tests of the pages, where there is one, and the pages."""

import chromium
import pytest
from whole_book import HTML, whole_book


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window.  It ends with its file, for its loop would disturb notebooks."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = chromium.find()
    if path is None:
        pytest.skip(chromium.CURE)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The folder of the book's pages."""
    pytest.importorskip("myst_nb", reason="the book's tools are not installed")
    code, said = whole_book(tmp_path_factory)
    assert code == 0, said
    return HTML
