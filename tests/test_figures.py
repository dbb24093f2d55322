"""Pictures: they read on a white page and on a dark one, whoever made them."""

import base64
import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy
import pytest

from common import figures

PAGES = {"light": "#FFFFFF", "dark": "#111111"}  # JupyterLab's


def luminance(colour):
    """How light a colour is, by the web's rule for contrasts (WCAG 2, relative luminance)."""
    parts = numpy.array(mpl.colors.to_rgb(colour))
    linear = numpy.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def pixels(fig):
    """The stored picture: red, green, blue and opacity of each pixel."""
    data, metadata = figures.picture(fig, "a picture")
    assert "needs_background" not in metadata["image/png"]
    return plt.imread(io.BytesIO(base64.b64decode(data["image/png"])))


def ground_of(text):
    """The colour of the cell or box on which a text stands, or None if it stands on the page."""
    box = text.get_bbox_patch()
    if box is not None:
        return box.get_facecolor()
    place = text.axes.transData.transform(text.get_position()) if text.axes else None
    for patch in text.axes.patches if text.axes else ():
        if patch.contains_point(place) and mpl.colors.to_rgba(patch.get_facecolor())[3]:
            return patch.get_facecolor()
    return None


def a_plot_in_the_style():
    fig, ax = figures.new_figure()
    ax.plot([0, 1], label="a line")
    ax.set(title="title", xlabel="x", ylabel="y")
    ax.text(0.2, 0.5, "words")
    ax.legend()
    return fig


def a_plot_of_a_learner():
    fig, ax = plt.subplots()
    bars = ax.bar([1, 2], [3, 4], edgecolor="black")
    ax.bar_label(bars)
    ax.plot([1, 2], color="black", label="a line")
    fig.colorbar(ax.imshow(numpy.eye(2)), ax=ax, label="share")
    ax.legend()
    return fig


def drawn(draw, *args, **kwargs):
    def make():
        with pytest.MonkeyPatch.context() as patch:
            made = []
            patch.setattr(figures, "show", lambda fig, alt: made.append(fig))
            draw(*args, alt="a picture", **kwargs)
        return made[0]

    return make


TABLE = numpy.arange(12).reshape(4, 3)
GRAPH = {"x": (0, 0), "f": (2, 0, "exp"), "y": (4, 0)}, [("x", "f", "1", "2"), ("f", "y", "3", "1")]
FIGURES = {
    "plot": a_plot_in_the_style,
    "learner": a_plot_of_a_learner,
    "graph": drawn(figures.draw_graph, *GRAPH),
    "rows": drawn(figures.draw_rows, TABLE, list("abcd"), [1, 3, 1], TABLE[[1, 3, 1]]),
    "tree": drawn(figures.draw_tree, [(0, 1), (2, 3)], list("abc")),
}


@pytest.mark.parametrize(
    ("back", "letters", "said"),
    [
        (False, ("W", "idx"), {"W  (4, 3)", "idx", "W[idx]  (2, 3)"}),
        (True, ("W", "idx"), {"dW  (4, 3)", "idx", "dout  (2, 3)"}),
        (False, ("M", "contexts"), {"M  (4, 3)", "contexts", "M[contexts]  (2, 3)"}),
        (True, ("M", "contexts"), {"dM  (4, 3)", "contexts", "dout  (2, 3)"}),
    ],
)
def test_rows_are_called_as_in_the_text(back, letters, said):
    args = TABLE, list("abcd"), [1, 3], TABLE[[1, 3]]
    fig = drawn(figures.draw_rows, *args, back=back, letters=letters)()
    assert said <= {text.get_text() for text in fig.findobj(mpl.text.Text)}


@pytest.mark.parametrize("name", FIGURES)
def test_every_word_reads_on_both_pages(name):
    fig = FIGURES[name]()
    pixels(fig)
    texts = [t for t in fig.findobj(mpl.text.Text) if t.get_text() and t.get_visible()]
    assert len(texts) > 4
    for text in texts:
        ground = ground_of(text)
        for page, colour in PAGES.items():
            seen = contrast(text.get_color(), colour if ground is None else ground)
            assert seen >= 4, f"{text.get_text()!r} on the {page} page: {seen:.1f}"


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_shines_through(name):
    fig = FIGURES[name]()
    opacity = pixels(fig)[..., 3]
    assert (opacity[[0, 0, -1, -1], [0, -1, 0, -1]] == 0).all()
    assert not any(legend.get_frame_on() for legend in fig.findobj(mpl.legend.Legend))


@pytest.mark.parametrize("name", ["BLUE", "ORANGE", "GREEN", "PURPLE", "SKY", "GREY"])
def test_colours_lie_half_way_between_white_and_black(name):
    for page in PAGES.values():
        least = 4 if name in ("BLUE", "ORANGE", "GREY") else 3  # 3 for lines, 4 for words
        assert contrast(getattr(figures, name), page) >= least


def test_a_picture_needs_words():
    with pytest.raises(ValueError, match="alt is empty"):
        figures.picture(a_plot_in_the_style(), " ")
    plt.close("all")


@pytest.fixture
def kept_figures(monkeypatch):
    kept = []
    monkeypatch.setattr(figures, "show", lambda fig, alt: kept.append((fig, alt)))
    yield kept
    figures.plt.close("all")


def test_arrays_show_every_number_and_every_sign(kept_figures):
    """A flat array is one row; numbers are rounded, and have a real minus; faded ones are grey."""
    figures.draw_arrays(
        [("x", [[1.0, -2], [0.12349, 4]]), "+", ("b", [5, 6], [False, True])], "two tables"
    )
    ((fig, alt),) = kept_figures
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert texts == ["1", "−2", "0.123", "4", "x", "+", "5", "6", "b"]
    assert alt == "two tables"
    faces = [patch.get_facecolor() for patch in fig.axes[0].patches]
    assert len(faces) == 6
    assert faces[-1] not in faces[:-1]
    colours = {text.get_text(): text.get_color() for text in fig.axes[0].texts}
    assert colours["6"] == figures.GREY != colours["5"]


def test_regions_are_those_that_the_model_gives():
    """What: a model that looks only at the second feature, and three points.
    Why: a picture with its axes swapped looks just as good.
    Expected: asked in the type of the data; class 1 above, class 0 below."""
    asked = []

    def predict(points):
        asked.append(points)
        return numpy.stack([-points[:, 1], points[:, 1]], axis=1)

    fig, ax = figures.new_figure()
    x = numpy.array([[0.1, 0.5], [0.2, -0.5], [0.3, 0.6]], dtype="f")
    figures.draw_regions(ax, predict, x, numpy.array([1, 0, 1]), "half planes", reach=2)
    (points,) = asked
    assert points.dtype == numpy.dtype("f")
    assert (points.min(), points.max()) == (-2, 2)
    contours, *scatters = ax.collections
    paths = contours.get_paths()
    inside = [[path.contains_point(p) for p in ((1, -1), (-1, 1))] for path in paths[:2]]
    assert inside == [[True, False], [False, True]]
    assert sum(len(s.get_offsets()) for s in scatters) == 3
    assert ax.get_title() == "half planes"
    figures.plt.close(fig)


def test_a_map_tells_five_groups_apart_and_hides_no_point(monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "show", lambda fig, alt: drawn.append(fig))
    vectors = {str(i): numpy.array([i, 1.0, -i]) for i in range(10)}
    figures.plot_words(vectors, {g: [g, str(int(g) + 5)] for g in "01234"}, alt="a map")
    scatters = drawn[0].axes[0].collections
    colours = {tuple(s.get_edgecolor()[0]) for s in scatters}
    assert len(colours) == 5
    assert not {figures.mpl.colors.to_rgba(c) for c in (figures.BLUE, figures.SKY)} <= colours
    assert all(len(s.get_facecolor()) == 0 for s in scatters)  # hollow
    figures.plt.close(drawn[0])
