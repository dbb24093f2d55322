"""A browser for the tests of the pages, where there is one."""

import chromium
import pytest


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
