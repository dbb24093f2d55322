"""New pictures from old ones: turned and shifted, as week 10 makes them."""

import numpy as np

__all__ = ["moved"]


def moved(x, angle, down, right):
    """Each picture shifted, and then turned round its middle; outside it all is 0.

    Derived in week 10, notebook 3, equations (1) and (2).

    Parameters
    ----------
    x : array of floats, shape (N, 1, height, width)
    angle : number or array, shape (N,)
        In degrees, clockwise on the page.
    down, right : numbers or arrays, shape (N,)
        In pixels, also parts of one.

    Returns
    -------
    array, shape and dtype of x

    Raises
    ------
    TypeError : x holds no floats.
    ValueError : x has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> moved(np.array([[[[1.0, 2, 3]]]]), angle=0, down=0, right=0.5)
    array([[[[0.5, 1.5, 2.5]]]])
    """
    if x.ndim != 4 or x.shape[1] != 1:
        raise ValueError(f"x has shape {x.shape}; pictures of one channel are (N, 1, H, W)")
    if x.dtype.kind != "f":
        raise TypeError(f"x holds {x.dtype}; between pixels there are parts, so give floats")
    N, _, height, width = x.shape
    angle, down, right = (
        np.broadcast_to(a, N)[:, None, None].astype(x.dtype)
        for a in (np.radians(angle), down, right)
    )
    r = np.arange(height, dtype=x.dtype)[:, None] - (height - 1) / 2  # a column: rows
    q = np.arange(width, dtype=x.dtype) - (width - 1) / 2  # a row: columns
    cos, sin = np.cos(angle), np.sin(angle)
    from_r = cos * r - sin * q + (height - 1) / 2 - down  # (1): turned back, then shifted back
    from_q = sin * r + cos * q + (width - 1) / 2 - right
    row, column = np.floor(from_r).astype(int), np.floor(from_q).astype(int)
    part_r, part_q = from_r - row, from_q - column
    padded = np.pad(x[:, 0], [(0, 0), (1, 1), (1, 1)])  # a border of zeros
    n = np.arange(N)[:, None, None]

    def pixel(r, q):  # what lies farther out is sent to the border
        return padded[n, np.clip(r + 1, 0, height + 1), np.clip(q + 1, 0, width + 1)]

    above = (1 - part_q) * pixel(row, column) + part_q * pixel(row, column + 1)
    below = (1 - part_q) * pixel(row + 1, column) + part_q * pixel(row + 1, column + 1)
    return ((1 - part_r) * above + part_r * below)[:, None].astype(x.dtype)  # (2)
