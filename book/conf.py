"""How Sphinx makes the pages of the book; tools/book.py gathers what it reads."""

import os

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
napoleon_use_ivar = True
add_module_names = False

html_theme = "sphinx_book_theme"
html_title = "Gradients by Hand"
html_static_path = ["static"]
html_css_files = ["book.css"]
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
}
if repository:
    html_theme_options |= {
        "repository_url": repository,
        "use_repository_button": True,
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
        },
    }
