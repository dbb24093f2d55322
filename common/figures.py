"""The pictures of the course, in one style: curves, maps of words, computation graphs.

A figure has no ground of its own: the page shines through.  Its colours lie
half way between white and black, so that they read on a light and on a dark
page.  Lines differ in their strokes, points in their shapes and bars in their
hatches, so that a figure reads in grey; and every figure has a text that says
in words what it shows.
"""

from __future__ import annotations

import base64
import io
import os
import time

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy

__all__ = [
    "BLUE",
    "GREY",
    "ORANGE",
    "LiveCurve",
    "draw_arrays",
    "draw_graph",
    "draw_regions",
    "draw_rows",
    "draw_tree",
    "new_figure",
    "plot_losses",
    "plot_words",
    "show",
    "tile",
]

# The hues of Okabe and Ito, which the colour-blind can tell apart, each as light as it must be
# for a contrast of 3 and more with white and with #111111; BLUE, ORANGE and GREY, in which
# words are written, have 4 and more.
BLUE, ORANGE, GREEN, PURPLE, SKY, GREY = (
    "#1B7CBD",
    "#C85A00",
    "#009A70",
    "#B050A0",
    "#3E9BD0",
    "#767676",
)
STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PURPLE, SKY, GREY]),
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "text.color": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "font.size": 10,
    "legend.frameon": False,
}


def new_figure(columns: int = 1, width: float = 6.4, height: float = 3.2, **options):
    """A figure and its axes in the course's style; arguments as for ``plt.subplots``."""
    with mpl.rc_context(STYLE):
        return plt.subplots(1, columns, figsize=(width, height), layout="constrained", **options)


def show(fig, alt: str) -> None:
    """Show a figure under a notebook cell, with words for those who cannot see it.

    Parameters
    ----------
    fig : matplotlib figure
    alt : str
        What the figure shows, in a sentence or two.  It is stored with the
        picture, read by screen readers, and compared when the notebook is tested.
    """
    data, metadata = picture(fig, alt)
    if not in_notebook():
        print(f"[figure: {alt}]")
        return
    from IPython.display import display

    display(data, raw=True, metadata=metadata)


def picture(fig, alt):
    """A figure and its words as a notebook stores them : data, metadata.  Closes the figure."""
    if not alt.strip():
        raise ValueError("alt is empty; say in a sentence what the figure shows")
    suit_both_pages(fig)
    png = io.BytesIO()
    with mpl.rc_context(STYLE):
        fig.savefig(png, format="png", dpi=110, transparent=True, metadata={"Software": None})
    plt.close(fig)
    data = {"image/png": base64.b64encode(png.getvalue()).decode("ascii"), "text/plain": alt}
    return data, {"image/png": {"alt": alt}}


def suit_both_pages(fig) -> None:
    """What is black because nobody chose a colour becomes grey; legends lose their white ground."""
    for part in fig.findobj():
        for name in ("color", "edgecolor"):
            colour = getattr(part, f"get_{name}", str)()
            if mpl.colors.is_color_like(colour) and mpl.colors.same_color(colour, "black"):
                part.set(**{name: GREY})
        if isinstance(part, mpl.legend.Legend):
            part.set_frame_on(False)


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")


def plot_losses(losses, interval: int = 1, ylim=None, name: str = "loss") -> None:
    """Draw a learning curve: one mean loss, or what it is called, for each ``interval`` steps."""
    show(*losses_figure(losses, interval, ylim, name))


def losses_figure(losses, interval, ylim=None, name="loss"):
    """The figure of a learning curve, and its words."""
    if not len(losses):
        raise ValueError("there are no losses to plot yet; call fit first")
    fig, ax = new_figure()
    ax.plot(numpy.arange(len(losses)) * interval, losses)
    ax.set(xlabel="step", ylabel=name, ylim=ylim)
    falls = "falls" if losses[-1] < losses[0] else "does not fall"
    return fig, f"Learning curve: the {name} {falls} from {losses[0]:.1f} to {losses[-1]:.1f}."


class LiveCurve:
    """A learning curve under a notebook cell, drawn anew while the model trains.

    Once a second, so that drawing takes no time from training.  Where progress
    bars are switched off (``TQDM_DISABLE``), and outside a notebook, it is drawn
    once, at the end: a stored notebook holds the same picture in both cases.

    Parameters
    ----------
    interval : int
        As for :func:`plot_losses`.
    """

    def __init__(self, interval: int):
        self.interval = interval
        self.handle = None
        live = in_notebook() and not os.environ.get("TQDM_DISABLE")
        self.due = 0.0 if live else float("inf")

    def draw(self, losses, last: bool = False) -> None:
        """Draw what there is, if a second has gone by or if it is the ``last`` time."""
        if not len(losses) or (time.monotonic() < self.due and not last):
            return
        self.due = time.monotonic() + 1
        fig, alt = losses_figure(losses, self.interval)
        if last and self.handle is None:
            show(fig, alt)
            return
        from IPython.display import DisplayHandle

        data, metadata = picture(fig, alt)
        if self.handle is None:
            self.handle = DisplayHandle()
            self.handle.display(data, raw=True, metadata=metadata)
        else:
            self.handle.update(data, raw=True, metadata=metadata)


def plot_words(vectors, groups: dict[str, list[str]], alt: str, title: str = "") -> None:
    """A map of words in two principal directions, a colour and a marker for each group.

    Parameters
    ----------
    vectors : function or mapping, word -> array, shape (H,)
    groups : dict, name of a group -> its words
    alt : str
        As for :func:`show`.
    title : str, optional
    """
    words = [word for group in groups.values() for word in group]
    points = principal_plane(numpy.array([vectors[word] for word in words]))
    fig, ax = new_figure(height=4.6)
    start = 0
    colours = [BLUE, ORANGE, GREEN, PURPLE, GREY, SKY, BLUE, ORANGE]  # the two blues far apart
    for name, marker, colour in zip(groups, "os^Dv*PX", colours, strict=False):
        part = points[start : start + len(groups[name])]
        # hollow, so that a point shows through another
        ax.scatter(*part.T, s=34, marker=marker, facecolors="none", edgecolors=colour, label=name)
        start += len(part)
    ax.margins(0.16)
    ax.set(xticks=[], yticks=[])
    ax.set(xlabel="first principal direction", ylabel="second principal direction")
    ax.set_title(title)
    fig.legend(loc="outside right upper", frameon=False)
    place_labels(fig, ax, points, words)
    show(fig, alt)


def principal_plane(vectors):
    """Unit vectors, (n, H), seen along the two directions in which they differ most : (n, 2)."""
    unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    _, _, directions = numpy.linalg.svd(centred, full_matrices=False)
    points = centred @ directions[:2].T
    # a direction has no sign of its own: make the largest coordinate positive
    return points * numpy.sign(points[abs(points).argmax(axis=0), [0, 1]])


def place_labels(fig, ax, points, words) -> None:
    """Write each word beside its point, where it covers no point and no other word."""
    fig.canvas.draw()  # so that places on the page are known
    renderer = fig.canvas.get_renderer()
    spots = ax.transData.transform(points)
    taken = [mpl.transforms.Bbox.from_bounds(x - 5, y - 5, 10, 10) for x, y in spots]
    for point, word in zip(points, words, strict=True):
        for dx, dy, ha in PLACES:
            label = ax.annotate(
                word, point, (dx, dy), textcoords="offset points", ha=ha, va="center", fontsize=9
            )
            box = label.get_window_extent(renderer)
            if not any(box.overlaps(other) for other in taken) or (dx, dy, ha) == PLACES[-1]:
                break
            label.remove()
        taken.append(box)


PLACES = [
    (dx, dy, ha)
    for dy in (0, 9, -9, 17, -17, 25, -25)
    for dx, ha in ((6, "left"), (-6, "right"), (0, "center"))
]


def draw_graph(nodes: dict, edges: list, alt: str, width: float = 7.0) -> None:
    """Draw a computation graph, forward values in blue above the arrows, gradients in orange below.

    Parameters
    ----------
    nodes : dict, name -> (x, y, label) or (x, y)
        Places on a grid, one unit apart.  A node with a label is an operation
        and is drawn as a circle; without one it is an end of the graph, and
        its name stands there, without blanks around it (so that it may stand twice).
    edges : list of (from, to, forward, backward)
        What flows along each arrow and, in the other direction, back.
        An empty text leaves that direction out.
    alt : str
        As for :func:`show`.
    """
    at = {name: numpy.array(node[:2], dtype=float) for name, node in nodes.items()}
    spots = numpy.array(list(at.values()))
    (left, low), (right, high) = spots.min(axis=0) - 0.4, spots.max(axis=0) + 0.4
    margin = max(0.0, 1.2 - (high - low)) / 2  # a single row needs room for its texts
    low, high = low - margin, high + margin
    inch = width / (right - left)  # of one unit
    radius = max(0.2, 0.17 / inch)  # a circle holds three letters
    fig, ax = new_figure(width=width, height=inch * (high - low))
    ax.set_axis_off()
    ax.set(xlim=(left, right), ylim=(low, high), aspect="equal")
    for name, (x, y, *label) in nodes.items():
        if label:
            circle = plt.Circle((x, y), radius, facecolor="none", edgecolor=GREY, zorder=3)
            ax.add_patch(circle)
            ax.text(x, y, label[0], ha="center", va="center", zorder=4)
        else:
            ax.text(x, y, name.strip(), ha="center", va="center", zorder=4, weight="bold")
    for start, end, forward, backward in edges:
        along = at[end] - at[start]
        along /= numpy.linalg.norm(along)
        across = numpy.array([-along[1], along[0]])
        across *= 1 if across[1] >= 0 else -1
        a, b = at[start] + (radius + 0.06) * along, at[end] - (radius + 0.06) * along
        upright = abs(along[0]) < 0.1  # then the texts stand level, left and right of the arrows
        turn = numpy.degrees(numpy.arctan2(along[1], along[0]))
        turn = 0 if upright else (turn + 90) % 180 - 90  # never upside down
        for text, colour, style, side, tail, head in (
            (forward, BLUE, "-", 1, a, b),
            (backward, ORANGE, "--", -1, b, a),
        ):
            if not text:
                continue
            shift = side * 0.05 * across
            ax.annotate(
                "",
                head + shift,
                tail + shift,
                arrowprops={"arrowstyle": "->", "color": colour, "linestyle": style, "lw": 1.4},
            )
            middle = (a + b) / 2 + side * max(0.1, 0.1 / inch) * across
            ax.text(
                *middle,
                text,
                color=colour,
                ha=("right" if side * across[0] < 0 else "left") if upright else "center",
                va="center" if upright else "bottom" if side > 0 else "top",
                rotation=turn,
                rotation_mode="anchor",
                fontsize=9,
            )
    show(fig, alt)


def draw_tree(
    children, leaves: list[str], alt: str, inner: list[str] | None = None, to: int | None = None
) -> None:
    """Draw a binary tree, or the trees that are there before the last nodes are merged.

    Parameters
    ----------
    children : list of (left, right)
        As :class:`common.hierarchical_softmax.HuffmanTree` has them, whole or
        from the start on: below ``len(leaves)`` a leaf, then inner nodes.
    leaves : list of str
        What stands at each leaf; lines may be broken.
    alt : str
        As for :func:`show`.
    inner : list of str, optional
        What stands in each inner node; by default its number.
    to : int, optional
        The leaf whose way from the root is drawn in orange, the rest in grey.
    """
    children = [(int(left), int(right)) for left, right in children]
    V = len(leaves)
    inner = inner or [str(i) for i in range(len(children))]
    parent = {child: V + i for i, pair in enumerate(children) for child in pair}
    way = [to]
    while way[-1] in parent:
        way.append(parent[way[-1]])

    at, columns = {}, 0  # leaves stand side by side, a parent above the middle of its children
    roots = [node for node in range(V + len(children)) if node not in parent]
    todo = [(root, 0, False) for root in reversed(roots)]
    while todo:
        node, depth, done = todo.pop()
        if node < V:
            at[node], columns = (columns, -depth), columns + 1
        elif done:
            left, right = children[node - V]
            at[node] = (at[left][0] + at[right][0]) / 2, -depth
        else:
            left, right = children[node - V]
            todo += [(node, depth, True), (right, depth + 1, False), (left, depth + 1, False)]

    low = min(y for _, y in at.values())
    fig, ax = new_figure(width=min(7.0, 1.0 + columns), height=1.0 - 0.85 * low)
    ax.set_axis_off()
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(low - 0.55, 0.4))
    for node, above in parent.items():
        (x, y), (x0, y0) = at[node], at[above]
        on = node in way
        colour = ORANGE if on else BLUE if to is None else GREY
        ax.plot([x0, x], [y0, y], color=colour, lw=2.6 if on else 1.2, zorder=1)
        turn = int(node == children[above - V][0])
        ax.text(
            (x + x0) / 2,
            (y + y0) / 2,
            turn,
            color="white",
            ha="center",
            va="center",
            fontsize=9,
            zorder=2,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": colour, "edgecolor": "none"},
        )
    for node, (x, y) in at.items():
        if node < V:
            ax.text(x, y - 0.08, leaves[node], ha="center", va="top", weight="bold")
        else:
            box = {"boxstyle": "round,pad=0.3", "facecolor": GREY, "edgecolor": "none"}
            style = {"color": "white", "ha": "center", "va": "center", "zorder": 3, "bbox": box}
            ax.text(x, y, inner[node - V], **style)
    show(fig, alt)


def draw_rows(
    table, names, idx, rows, alt: str, back: bool = False, called: str = "", letters=("W", "idx")
) -> None:
    """Draw which rows of a table are read, or which are written to: every number, every arrow.

    Parameters
    ----------
    table : array, shape (V, H)
        Forward the table that is read; back the table as it is after the writing.
    names : list of V str
        What stands beside each row of the table.
    idx : int array, shape (N,)
        The rows that are taken, in the order of the batch; a row may be taken twice.
    rows : array, shape (N, H)
        Forward what was read; back what is added.
    alt : str
        As for :func:`show`.
    back : bool
        False: blue arrows from the table to the rows.  True: orange ones, the other way.
    called : str, optional
        What stands above ``rows``; by default ``W[idx]``, and back ``dout``.
    letters : two str
        What the table and the ids are called; back, a d is put before the table's.
    """
    table, rows = numpy.asarray(table), numpy.asarray(rows)
    (V, H), N = table.shape, len(idx)
    colour = ORANGE if back else BLUE
    width, gap = 0.9, 2.2
    start = 1.6 + H * width + gap  # where the rows of the batch begin
    shift = (V - N) / 2  # the batch stands beside the middle of the table
    fig, ax = new_figure(width=min(8.0, 0.62 * (start + H * width)), height=0.34 * V + 0.7)
    ax.set_axis_off()
    ax.set(xlim=(0, start + H * width + 0.1), ylim=(V + 0.1, -0.9))

    def cells(array, left, top, chosen):
        for i, j in numpy.ndindex(array.shape):
            place = (left + j * width, top + i)
            text = f"{array[i, j]:g}".replace("-", "−")
            tile(ax, place, text, colour if i in chosen else None, width)

    cells(table, 1.6, 0, set(numpy.asarray(idx).tolist()))
    cells(rows, start, shift, range(N))
    for v, name in enumerate(names):
        ax.text(1.5, v + 0.5, f"{name} {v}", ha="right", va="center", fontsize=9)
    for n, v in enumerate(numpy.asarray(idx).tolist()):
        ends = (1.65 + H * width, v + 0.5), (start - 0.55, shift + n + 0.5)
        tail, head = ends[::-1] if back else ends
        style = {"arrowstyle": "->", "color": colour, "lw": 1.4, "linestyle": "--" if back else "-"}
        ax.annotate("", head, tail, arrowprops=style)
        ax.text(start - 0.3, shift + n + 0.5, str(v), ha="center", va="center", weight="bold")
    name, ids = letters
    height = shift - 0.3 if len(ids) < 4 else shift + N + 0.3  # a long name stands below, alone
    ax.text(start - 0.3, height, ids, ha="center", va="center", fontsize=9)
    ax.text(1.6, -0.35, f"{'d' * back}{name}  ({V}, {H})", ha="left", va="center", fontsize=9)
    after = f"{called or ('dout' if back else f'{name}[{ids}]')}  ({N}, {H})"
    ax.text(start, shift - 0.3, after, ha="left", va="center", fontsize=9)
    show(fig, alt)


def tile(ax, place, text: str, colour: str | None = None, width: float = 1.0) -> None:
    """One number of an array, in a cell whose corner is ``place``: in ``colour``, or empty."""
    ax.add_patch(plt.Rectangle(place, width, 1, facecolor=colour or "none", edgecolor=GREY, lw=0.7))
    style = {"color": "white", "weight": "bold"} if colour else {"color": GREY}
    middle = place[0] + width / 2, place[1] + 0.5
    ax.text(*middle, text, ha="center", va="center", fontsize=9, **style)


def draw_arrays(items, alt: str) -> None:
    """Draw matrices side by side, every number in its cell, with signs between them.

    Parameters
    ----------
    items : list
        A text, such as ``"+"``, or ``(title, array)``, or ``(title, array, faded)``.  The
        array is drawn as rows, one of one dimension as one row; ``faded`` is a bool
        array of its shape that says which cells are left empty of colour: copies.
    alt : str
        As for :func:`show`.
    """
    wide, gap = 0.95, 0.55
    tables = [None if isinstance(i, str) else numpy.atleast_2d(i[1]) for i in items]
    high = max(len(table) for table in tables if table is not None)
    width = sum(gap if a is None else a.shape[1] * wide for a in tables) + 0.25 * len(items)
    fig, ax = new_figure(width=min(8.0, 0.62 * width), height=0.36 * high + 0.55)
    ax.set_axis_off()
    ax.set(xlim=(-0.15, width + 0.1), ylim=(high + 0.1, -0.75))
    left = 0.0
    for item, table in zip(items, tables, strict=True):
        if table is None:
            ax.text(left + gap / 2, high / 2, item, ha="center", va="center", fontsize=12)
            left += gap + 0.25
            continue
        top = (high - len(table)) / 2
        faded = numpy.atleast_2d(item[2]) if len(item) > 2 else numpy.zeros(table.shape, bool)
        for i, j in numpy.ndindex(table.shape):
            place = (left + j * wide, top + i)
            text = f"{round(float(table[i, j]), 3):g}".replace("-", "−")
            tile(ax, place, text, None if faded[i, j] else BLUE, wide)
        middle = left + table.shape[1] * wide / 2
        ax.text(middle, top - 0.35, item[0], ha="center", va="center", fontsize=9)
        left += table.shape[1] * wide + 0.25
    show(fig, alt)


def draw_regions(ax, predict, x, t, title: str = "", reach: float = 1.1) -> None:
    """Shade a plane by the class that a model gives to each point, under the examples.

    Parameters
    ----------
    ax : matplotlib axes, as :func:`new_figure` gives them
    predict : function, points (n, 2) -> scores (n, V), with V up to 3
    x : array, shape (N, 2)
    t : int array, shape (N,), the class of each example
    title : str, optional
    reach : float
        The plane goes from ``-reach`` to ``reach`` on both axes.
    """
    line = numpy.linspace(-reach, reach, 150)
    across, up = numpy.meshgrid(line, line)
    points = numpy.stack([across.ravel(), up.ravel()], axis=1).astype(x.dtype)
    classes = predict(points).argmax(axis=1).reshape(across.shape)
    colours = BLUE, ORANGE, GREEN
    ax.contourf(across, up, classes, levels=[-0.5, 0.5, 1.5, 2.5], colors=colours, alpha=0.25)
    for v, (marker, colour) in enumerate(zip("o^s", colours, strict=True)):
        ax.scatter(*x[t == v].T, s=9, marker=marker, color=colour, linewidths=0)
    ax.set(xticks=[], yticks=[], aspect="equal", title=title)
