"""Print a week of the book, as `make book` made it, into one PDF by a headless Chromium.

python tools/pdf.py week16
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import chromium
from gallery import in_order

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "book" / "_build"
ARTICLE = re.compile(r'(<article class="bd-article"[^>]*>)(.*?)(</article>)', re.S)


def main(week):
    """Make ``book/_build/WEEK.pdf``."""
    folder = BUILD / "html" / "notebooks" / week
    if not folder.is_dir():
        sys.exit(
            f"{folder.relative_to(ROOT)} is not there: a week that has notebooks, after make book"
        )
    browser = chromium.find()
    if browser is None:
        sys.exit(chromium.CURE)
    pages = in_order(folder.glob("[0-9]*.html"))
    pages.append(folder / "exercises.html")
    whole = folder / "printed.html"  # beside the pages, for their pictures
    pdf = BUILD / f"{week}.pdf"
    pdf.unlink(missing_ok=True)
    try:
        whole.write_text(joined(pages), encoding="utf-8")
        with tempfile.TemporaryDirectory() as profile:
            command = [browser, "--headless", *chromium.ARGUMENTS, f"--user-data-dir={profile}"]
            # time that scripts wait for, not time that they take: the formulas are set
            command += ["--virtual-time-budget=60000", "--no-pdf-header-footer"]
            command += [f"--print-to-pdf={pdf}", whole.as_uri()]
            subprocess.run(command, check=True, capture_output=True)
    finally:
        whole.unlink(missing_ok=True)
    if not pdf.exists():
        sys.exit(f"{browser} printed nothing")
    print(pdf.relative_to(ROOT))


def joined(pages):
    """The first page with the articles of all, each on a new sheet."""
    names = {page.name: page.stem for page in pages}
    articles = []
    for page in pages:
        article = ARTICLE.search(page.read_text(encoding="utf-8"))[2]
        article = re.sub(r'\bid="', f'id="{page.stem}-', article)
        article = re.sub(
            r' href="([^"#:]*)(?:#([^"]*))?"',
            lambda link, page=page: inside(link, page, names),
            article,
        )
        articles.append(f'<div class="printed" id="{page.stem}-">{article}</div>')
    shell = pages[0].read_text(encoding="utf-8")
    return ARTICLE.sub(lambda a: a[1] + "\n".join(articles) + a[3], shell, count=1)


def inside(link, page, names):
    """A link to where its goal stands in the PDF; one that leaves the week leads nowhere."""
    stem = names.get(link[1] or page.name)
    return f' href="#{stem}-{link[2] or ""}"' if stem else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("week")
    main(parser.parse_args().week)
