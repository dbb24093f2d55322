"""How Sphinx makes the pages of the book; tools/book.py gathers what it reads."""

import os
import re
from pathlib import Path

project = "Gradients by Hand"
author = "the authors of Gradients by Hand"
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
]

# Notebooks come with their outputs, which the tests compare: nothing is executed here.
nb_execution_mode = "off"
nb_merge_streams = True
nb_number_source_lines = False
nb_render_markdown_format = "myst"  # an exam's questions, which code shows, have formulas
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "conf.slug"
# The glossary's terms are of the third level, as in JupyterLab; a function is no text to cache.
suppress_warnings = ["myst.header"]


def slug(heading):
    """Anchors as JupyterLab makes them: only blanks change."""
    return heading.replace(" ", "-")


autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_mock_imports = ["cupy"]
napoleon_google_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]  # so "params, grads" is two names
add_module_names = False

html_theme = "sphinx_book_theme"
html_title = "Gradients by Hand"
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["book.css"]
html_js_files = ["names.js"]
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None

# Buttons that open a notebook elsewhere need the repository's address: BOOK_REPOSITORY=https://...
repository = os.environ.get("BOOK_REPOSITORY", "")
html_theme_options = {
    "show_toc_level": 2,
    "use_download_button": True,
    "use_fullscreen_button": False,
    "path_to_docs": "",
    "show_navbar_depth": 1,
    "collapse_navbar": True,  # the weeks, and the notebooks of the week that is open
    "navbar_persistent": [],  # the sidebar has the search field already
}
if repository:
    html_theme_options |= {
        "repository_url": repository,
        "repository_branch": "main",
        "use_repository_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
        },
    }


def setup(app):
    # The extension, whose one act is a copy at the end, does not say so itself.
    app.extensions["sphinx-mathjax-offline"].parallel_read_safe = True
    app.connect("build-finished", keep_icons_in_use)


def keep_icons_in_use(app, error):
    """Leave those of the theme's 2,000 icons that some page shows: each page reads them all."""
    static = Path(app.outdir) / "_static" / "scripts"
    icons = static / "fontawesome.js"
    if error or not icons.exists():
        return
    using = [*Path(app.outdir).rglob("*.html"), *static.glob("*theme.js")]
    used = set()
    for path in using:
        used |= set(re.findall(r"fa-([a-z0-9-]+)", path.read_text(encoding="utf-8")))
    one = r'"?([a-z0-9-]+)"?:\[\d+,\d+,\[([^]]*)\],"[0-9a-f]+",(?:"[^"]*"|\[[^]]*\])\],?'
    text = icons.read_text(encoding="utf-8")
    names = lambda icon: {icon[1], *re.findall(r"[a-z0-9-]+", icon[2])}
    text = re.sub(one, lambda icon: icon[0] if names(icon) & used else "", text)
    icons.write_text(text, encoding="utf-8")
