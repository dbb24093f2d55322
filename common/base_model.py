"""The name under which existing notebooks import :class:`common.model.BaseModel`."""

from common.model import BaseModel

__all__ = ["BaseModel"]
