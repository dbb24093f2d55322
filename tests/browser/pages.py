"""The book's pages on localhost: what plain HTTP says of them, and what a browser sees."""

import contextlib
import functools
import threading
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import HTTPError, urlopen

PATIENCE = 120_000  # milliseconds, on a machine that has other work too
WIDTHS = [360, 768, 1440]  # pixels: a phone, a tablet, a desk


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for all that a page needs

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def served(folder):
    """The folder on a free port of localhost : its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Reader(HTMLParser):
    """What a page links to and shows, the anchors it has, and its text outside of code."""

    APART = ("code", "pre", "script", "style", "title")
    SHOWN = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}

    def __init__(self, text):
        super().__init__()
        self.links, self.shown, self.anchors, self.words = [], [], set(), []
        self.apart, self.formula = 0, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        about = dict(attributes)
        self.anchors |= {about.get("id"), about.get("name")} - {None}
        if tag == "a" and about.get("href"):
            self.links.append(about["href"])
        if about.get(self.SHOWN.get(tag)):
            self.shown.append(about[self.SHOWN[tag]])
        self.apart += tag in self.APART
        if tag in ("span", "div"):
            math = "math" in about.get("class", "").split()
            self.formula += bool(self.formula or math)

    def handle_endtag(self, tag):
        self.apart -= tag in self.APART
        self.formula -= bool(self.formula and tag in ("span", "div"))

    def handle_data(self, data):
        if not self.apart and not self.formula:
            self.words.append(data)


@dataclass
class Site:
    """What a walk through all pages finds, from the first.

    Attributes
    ----------
    pages : path -> Reader
    missing : sentences, an address that is not there and the page that names it
    elsewhere : sentences, what a page shows from another server
    """

    pages: dict = field(default_factory=dict)
    missing: list = field(default_factory=list)
    elsewhere: list = field(default_factory=list)


def walk(root):
    """Follow every link and every picture, script and style from index.html."""
    site, asked, anchors = Site(), {}, []
    to_ask = [("index.html", "the start")]
    while to_ask:
        path, whose = to_ask.pop()
        if path not in asked:
            asked[path] = ask(root + path)
            if asked[path] is None:
                site.missing.append(f"{whose} names {path}")
            elif path.endswith(".html"):
                page = site.pages[path] = Reader(asked[path].decode())
                for address in page.links + page.shown:
                    target, anchor = urldefrag(urljoin(root + path, address))
                    if target.startswith(root):
                        inside = target.removeprefix(root).partition("?")[0]
                        to_ask.append((inside, path))
                        anchors.append((inside, unquote(anchor), path))
                    elif address in page.shown and urlsplit(target).scheme != "data":
                        site.elsewhere.append(f"{path} shows {target}")
    for path, anchor, whose in anchors:
        if anchor and path in site.pages and anchor not in site.pages[path].anchors:
            site.missing.append(f"{whose} names {path}#{anchor}")
    return site


def ask(address):
    """What stands there, or None."""
    try:
        with urlopen(address, timeout=30) as answer:
            return answer.read()
    except HTTPError:
        return None


# What MathJax left: TeX in the text of a page, outside of code and formulas.
RAW = r"""() => {
  const left = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest("pre, code, script, style, mjx-container, .sig")) continue;
    if (/\\[a-zA-Z]{2,}|\\[()[\]]|\$[^$]+\$/.test(text.data)) left.push(text.data.trim());
  }
  for (const wrong of document.querySelectorAll("mjx-merror, .MathJax_Error"))
    left.push("MathJax: " + (wrong.title || wrong.dataset.mjxError || wrong.textContent));
  return left;
}"""

# Pictures of the article that are wider than the column, or have no words.
PICTURES = r"""() => {
  const column = document.querySelector("article.bd-article")?.getBoundingClientRect();
  return [...document.querySelectorAll("article.bd-article img")].map(picture => {
    const box = picture.getBoundingClientRect();
    const place = picture.closest("[id]")?.id;
    return {
      name: `${picture.getAttribute("src")} (below #${place})`,
      words: picture.alt.trim(),
      outside: box.left < column.left - 1 || box.right > column.right + 1,
      loaded: picture.naturalWidth > 0,
    };
  });
}"""

# Formulas that begin left of where one can scroll to.
CUT = r"""() => [...document.querySelectorAll("div.math")]
  .filter(part => [...part.querySelectorAll("mjx-container")].some(formula =>
    formula.getBoundingClientRect().left < part.getBoundingClientRect().left - 1))
  .map(part => part.textContent.trim().slice(0, 60) || part.id)"""

TOO_WIDE = r"""() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter(part => part.getBoundingClientRect().right > page.clientWidth + 1)
    .map(part => `<${part.tagName.toLowerCase()} class="${part.className}">`)
    .slice(0, 5);
}"""

# A formula has the colour of the text around it, and thousands of parts: one letter stands for it.
# So do the words of a program: one of each kind, as code and as output, stands for the others;
# and the first rows of a table for those below.
# Between the themes only colours differ.
ACCESS = r"""async theme => {
  document.documentElement.dataset.theme = theme;
  for (const formula of document.querySelectorAll("mjx-container")) formula.replaceChildren("x");
  for (const row of document.querySelectorAll("tr:nth-child(n + 5)")) row.remove();
  const kinds = new Set();
  for (const word of document.querySelectorAll("pre span")) {
    const kind = `${word.className} ${word.closest(".cell_output") !== null}`;
    if (kinds.has(kind)) word.replaceWith(...word.childNodes);
    kinds.add(kind);
  }
  const some = theme === "light" ? {} : {runOnly: ["color-contrast"]};
  const {violations} = await axe.run(document, {preload: false, ...some});
  return violations.flatMap(v => v.nodes.map(n => `${v.id}, ${n.target}: ${n.failureSummary}`));
}"""


@dataclass
class Seen:
    """What a browser saw of one page."""

    errors: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    raw: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)  # width -> list
    cut: dict = field(default_factory=dict)  # width -> list
    too_wide: dict = field(default_factory=dict)  # width -> list
    access: dict = field(default_factory=dict)  # light, dark -> list; empty without axe


def look(browser, address, axe):
    """Open a page, at three widths and in both themes."""
    seen = Seen()
    context = browser.new_context(viewport={"width": WIDTHS[-1], "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: seen.asked.append(request.url))
    page.goto(address, wait_until="load")
    page.evaluate("window.MathJax?.startup?.promise")
    seen.raw = page.evaluate(RAW)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        seen.pictures[width] = page.evaluate(PICTURES)
        seen.cut[width] = page.evaluate(CUT)
        seen.too_wide[width] = page.evaluate(TOO_WIDE)
    if axe:
        page.evaluate(axe)
        page.add_style_tag(content="* { transition: none !important; }")  # no colour between two
        for theme in "light", "dark":
            seen.access[theme] = page.evaluate(ACCESS, theme)
    context.close()
    return seen
