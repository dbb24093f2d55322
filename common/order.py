"""``backward`` before ``forward``: one sentence in place of Python's about ``None``.

A layer keeps what ``backward`` needs in attributes that are ``None`` until
``forward`` fills them.  To check that in each ``backward`` would hide its one
equation, so the check stands here, around all of them, and looks only when
``backward`` has failed.
"""

import functools

__all__ = ["forward_first"]


def forward_first(*layers):
    """Let each layer's ``backward`` say so if it fails because ``forward`` was not called."""
    for layer in layers:
        layer.backward = checked(layer.backward)


def checked(backward):
    @functools.wraps(backward)
    def backward_after_forward(self, *args, **kwargs):
        try:
            return backward(self, *args, **kwargs)
        except (AttributeError, TypeError) as error:
            never_set = getattr(error, "obj", None) is self
            if never_set or any(value is None for value in vars(self).values()):
                name = type(self).__name__
                raise RuntimeError(
                    f"{name}.backward needs what forward computes: call forward first"
                ) from error
            raise

    # Tracebacks, and the exercises' checks, see the layer's own name.
    code = backward_after_forward.__code__
    names = {"co_name": backward.__name__, "co_qualname": backward.__qualname__}
    backward_after_forward.__code__ = code.replace(**names)
    return backward_after_forward
