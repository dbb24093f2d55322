"""The one switch of the course: where new arrays are made.

``config.GPU = True`` makes new arrays with CuPy, ``False`` with NumPy.
It may be set at any time.  Arrays that exist already stay where they are,
and every layer follows its own arrays (see :func:`common.np.array_module`).
"""

GPU = False
