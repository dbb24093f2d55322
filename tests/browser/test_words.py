"""The page "Explore the vectors" in a browser: what it answers is what NumPy computes."""

import base64
import importlib.util
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy
import pytest
from pages import TOO_WIDE, served

ROOT = Path(__file__).resolve().parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(html):
    with served(html) as root:
        yield f"{root}words.html"


@pytest.fixture
def visit(browser, address):
    """Opens the page with a question; when the test is over, nothing has gone wrong."""
    wrong, hosts, contexts = [], set(), []

    def open_page(question="", width=1440, at=address, **how):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **how))
        page = contexts[-1].new_page()
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("response", lambda answer: wrong.append(answer.url) if not answer.ok else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.goto(at + question)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # the theme reads an attribute before it writes it; browsers ask for an icon of themselves
    known = "invalid theme mode", "Failed to load resource", "/favicon.ico"
    assert [said for said in wrong if not any(part in said for part in known)] == []
    assert hosts <= {"127.0.0.1", None, ""}


class Vectors:
    """The same data in NumPy, with float64: the order that the page must show."""

    def __init__(self, html):
        text = (html / "_static" / "words_data.js").read_text(encoding="utf-8")
        data = json.loads(text[text.index("{") : text.rindex(";")])
        self.words, self.counts = data["words"].split(), numpy.array(data["counts"])
        numbers = numpy.frombuffer(base64.b64decode(data["vectors"]), dtype=numpy.int8)
        vectors = numbers.reshape(-1, data["H"]).astype(float)
        self.unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)

    def __getitem__(self, word):
        return self.unit[self.words.index(word)]

    def nearest(self, direction, top, least, without):
        scores = self.unit @ direction / numpy.linalg.norm(direction)
        order = numpy.argsort(-scores, kind="stable")
        fits = [i for i in order if self.counts[i] >= least and self.words[i] not in without]
        return [(self.words[i], f"{scores[i]:.2f}") for i in fits[:top]]


@pytest.fixture(scope="module")
def vectors(html):
    return Vectors(html)


def shown(page, where):
    """The words of a list with their numbers."""
    rows = page.locator(f"#{where}-list li").evaluate_all(
        "rows => rows.map(r => [r.querySelector('a'), r.querySelector('.words-number')])"
        ".map(pair => pair.map(part => part.textContent))"
    )
    return [tuple(row) for row in rows]


def ask(page, word):
    page.fill("#word", word)
    page.press("#word", "Enter")
    said(page, f"“{word}”")


def tab_to(page, what):
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"no key press leads to {what}")


def said(page, text, where="near-said"):
    """Wait until the live region says it."""
    page.wait_for_function(
        "([id, text]) => document.getElementById(id).textContent.includes(text)", arg=[where, text]
    )


def test_neighbours_are_numpys(visit, vectors):
    page = visit()
    for least in 5, 10, 40:
        page.select_option("#least", str(least))
        for word in "row", "eigenvalues", "numpy's", "the", "polygrid3d":
            ask(page, word)
            assert shown(page, "near") == vectors.nearest(vectors[word], 10, least, [word])


def test_a_bar_is_as_long_as_its_cosine(visit):
    page = visit("#word=minimum")
    share = page.locator("#near-list .words-bar").first.evaluate(
        "bar => bar.firstChild.getBoundingClientRect().width / bar.clientWidth"
    )
    assert share == pytest.approx(float(shown(page, "near")[0][1]), abs=0.01)


@pytest.mark.parametrize("three", ["minimum maximum left", "row rows column"])
def test_an_analogy_is_numpys(visit, vectors, three):
    page = visit()
    a, b, c = three.split()
    for key, word in zip("abc", (a, b, c), strict=True):
        page.fill(f"#{key}", word)
    page.press("#c", "Enter")
    said(page, f"{a} : {b} = {c}", "analogy-said")
    step = vectors[b] - vectors[a] + vectors[c]
    assert shown(page, "with-step") == vectors.nearest(step, 5, 10, (a, b, c))
    assert shown(page, "no-step") == vectors.nearest(vectors[c], 5, 10, (a, b, c))
    page.uncheck("#without")
    page.wait_for_function("location.hash.includes('without=0')")
    assert shown(page, "with-step") == vectors.nearest(step, 5, 10, ())
    assert shown(page, "no-step")[0] == (c, "1.00")
    assert "in the question" in page.locator("#no-step-list li").first.text_content()


def test_an_unknown_word_meets_close_ones(visit):
    page = visit()
    page.fill("#word", "Eigenvlaue ")
    page.press("#word", "Enter")
    said(page, "“eigenvlaue” is not one of the 2,235 words. Close spellings: eigenvalue, eigenval")
    assert page.locator("#near-list a").all_text_contents()[:2] == ["eigenvalue", "eigenvalues"]
    assert not page.locator(".ring").count()
    page.click("#near-list a >> nth=0")
    said(page, "“eigenvalue” comes")


def test_what_is_like_no_word(visit):
    page = visit("#word=xxxxxxxxxxxx")
    said(page, "No word is spelt nearly so.")
    assert not page.locator("#near-list li").count()


def test_an_analogy_with_an_unknown_word(visit):
    page = visit("#a=minimun&b=maximum&c=left")
    said(page, "“minimun” is not one of", "analogy-said")
    assert page.locator("#analogy-lists").is_hidden()
    page.click(".words-close a >> nth=0")
    said(page, "minimum : maximum = left", "analogy-said")
    assert page.locator("#analogy-lists").is_visible()
    assert not page.locator(".words-close").count()


def test_suggestions_by_keys(visit):
    page = visit()
    word = page.locator("#word")
    word.fill("eigenv")
    options = page.locator("#word-words [role=option]")
    assert options.all_text_contents()[:2] == ["eigenvalues", "eigenvectors"]
    assert word.get_attribute("aria-expanded") == "true"
    word.press("ArrowDown")
    word.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    assert word.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    word.press("ArrowUp")
    word.press("Enter")
    said(page, "“eigenvalues” comes")
    assert word.get_attribute("aria-expanded") == "false"
    word.fill("eigenv")
    word.press("Escape")
    assert word.input_value() == "eigenv"
    assert page.locator("#word-words").is_hidden()


def test_suggestions_by_pointer(visit):
    page = visit()
    page.fill("#word", "eigenv")
    page.click("#word-words [role=option] >> nth=1")
    said(page, "“eigenvectors” comes")


def test_keys_alone(visit, vectors):
    """From the word through the neighbours and the map to the analogy, in the order of the page."""
    page = visit()
    page.focus("#word")
    page.keyboard.press("Control+A")
    page.keyboard.type("minimum")
    page.keyboard.press("Enter")
    said(page, "“minimum” comes")
    tab_to(page, "#near-list a")
    assert page.evaluate("document.activeElement.textContent") == "maximum"
    page.keyboard.press("Enter")
    said(page, "“maximum” comes")
    assert page.evaluate("document.activeElement.id") == "near"
    tab_to(page, "#map")
    page.keyboard.press("ArrowRight")
    went = page.locator("#map-said").text_content()
    assert went in vectors.words
    page.keyboard.press("ArrowDown")
    then = page.locator("#map-said").text_content()
    assert then not in ("maximum", went)
    page.keyboard.press("Enter")
    said(page, f"“{then}” comes")
    tab_to(page, "#without")
    page.keyboard.press("Space")
    page.wait_for_function("location.hash.includes('without=0')")


def test_focus_is_seen(visit):
    page = visit()
    seen = []
    page.focus("#word")
    for _ in range(22):
        seen.append(
            page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                "return [document.activeElement.outerHTML.slice(0, 60), s.outlineStyle,"
                "parseFloat(s.outlineWidth)]; }"
            )
        )
        page.keyboard.press("Tab")
    assert [what for what, style, width in seen if style == "none" or width < 1] == []


def test_a_screen_reader_hears_the_result(visit, vectors):
    page = visit()
    assert page.locator("#near-said").get_attribute("role") == "status"
    ask(page, "mean")
    names = [word for word, _ in vectors.nearest(vectors["mean"], 10, 10, ["mean"])]
    said(page, f"Its ten nearest neighbours: {', '.join(names)}.")
    said(page, "Answers: other, right", "analogy-said")


def test_the_address_holds_the_question(visit):
    page = visit("#word=fft&least=5&a=row&b=rows&c=column&without=0")
    assert page.input_value("#word") == "fft"
    assert page.input_value("#least") == "5"
    assert not page.is_checked("#without")
    assert shown(page, "with-step")[0][0] == "rows"
    ask(page, "file")
    assert "word=file&least=5&a=row" in page.url
    page.go_back()
    said(page, "“fft”")
    assert page.input_value("#word") == "fft"


@pytest.mark.parametrize("question", ["#least=7", "#nonsense", "#word=&a=%3Cb%3E", "#stored"])
def test_an_address_that_asks_nothing_sensible(visit, question):
    page = visit(question)
    assert page.input_value("#least") == "10"
    assert len(shown(page, "near")) == 10
    assert not page.locator("#analogy-said b").count()


def test_what_to_try_is_shown(visit):
    page = visit()
    page.click("text=row : rows = column : ?")
    said(page, "row : rows = column", "analogy-said")
    assert shown(page, "with-step")[0][0] == "columns"
    assert page.evaluate("document.activeElement.id") == "analogy"
    page.click("text=The neighbours of “minimum”")
    said(page, "“minimum” comes")
    assert page.evaluate("document.activeElement.id") == "near"


@pytest.mark.parametrize("width", [360, 1440])
def test_the_map_names_what_it_marks(visit, vectors, width):
    """A square for the word, a ring for each neighbour, and names that cover no other."""
    page = visit(width=width)
    for word in "row", "polynomial", "fft", "npz":
        ask(page, word)
        see_map(page, vectors, word)


def see_map(page, vectors, word):
    assert page.locator("#map .asked").count() == 1
    assert page.locator("#map .ring").count() == 10
    near = [w for w, _ in vectors.nearest(vectors[word], 10, 10, [word])]
    names = page.locator("#map text").all_text_contents()
    assert names == [word, *(f"{i} {w}" for i, w in enumerate(near, 1))]
    boxes = page.locator("#map text").evaluate_all(
        "all => all.map(t => t.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.top, box.bottom])"
    )
    frame = page.locator("#map").bounding_box()
    for i, (left, right, top, bottom) in enumerate(boxes):
        assert frame["x"] <= left < right <= frame["x"] + frame["width"]
        for other in boxes[:i]:
            apart = left >= other[1] or other[0] >= right or top >= other[3] - 3
            assert apart or other[2] >= bottom - 3, names[i]


def test_the_map_follows_the_pointer(visit):
    page = visit()
    page.hover("#map", position={"x": 300, "y": 300})
    name = page.locator("#map .cursor-name").text_content()
    page.click("#map", position={"x": 300, "y": 300})
    said(page, f"“{name}” comes")


def test_the_map_says_how_far_to_trust_it(visit, html):
    page = visit("#word=polynomial")
    told = page.locator("#map-words").text_content()
    assert re.search(r"Of the ten nearest neighbours of “polynomial”, \d+ are also", told)
    assert re.search(r"hold only \d+ % of the differences", told)
    assert page.locator("#map-ends").text_content().count(",") == 16


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("question", ["", "#word=eigenvlaue&a=nothing", "open"])
def test_axe_finds_nothing(visit, theme, question):
    found = importlib.util.find_spec("axe_playwright_python")
    if not found:
        pytest.skip("axe-playwright-python is not installed")
    page = visit(question.replace("open", ""), color_scheme=theme)
    if question == "open":
        page.fill("#word", "eigen")
        page.press("#word", "ArrowDown")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.evaluate(Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
    violations = page.evaluate(
        "async rules => (await axe.run('article', {runOnly: rules, preload: false})).violations"
        ".map(v => [v.id, v.nodes.map(n => n.html)])",
        RULES,
    )
    assert violations == []


def test_no_sideways_scroll_on_a_phone(visit):
    page = visit(width=360)
    page.fill("#word", "array")
    assert page.locator("#word-words").is_visible()
    assert page.evaluate(TOO_WIDE) == []


def test_it_needs_no_server(visit, html):
    page = visit("#word=zeros", at=(html / "words.html").as_uri())
    said(page, "“zeros” comes")
    ask(page, "ones")


def test_without_javascript_it_says_so(visit):
    page = visit(java_script_enabled=False)
    assert page.locator("article noscript").is_visible()


@pytest.mark.parametrize("lesson", ["0_overview", "6_what_the_vectors_know"])
def test_the_lessons_lead_here(html, lesson):
    """Those of the book: where there is no page, in JupyterLab, there is no link."""
    page = (html / "notebooks" / "week16" / f"{lesson}.html").read_text(encoding="utf-8")
    assert re.search(r'<strong>In the browser:</strong> <a[^>]* href="../../words.html"', page)
    for notebook in (ROOT / "notebooks").rglob("*.ipynb"):
        assert "words.md" not in notebook.read_text(encoding="utf-8"), notebook
