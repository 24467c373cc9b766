"""Frames of a report that are made when somebody asks for them: of a county's twenty, most readers look at three."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TypeAlias, TypeVar

import pandas as pd

Frame = TypeVar("Frame", bound=pd.DataFrame)

#: A frame, or a function that makes it.
FrameSource: TypeAlias = "Frame | Callable[[], Frame]"


def made(source: FrameSource[Frame]) -> Frame:
    """The frame itself."""
    return source if isinstance(source, pd.DataFrame) else source()


class Tables(MutableMapping[str, pd.DataFrame]):
    """Tables by name, in order; each is made when it is asked for and kept from then on.

    Parameters
    ----------
    tables : dict of str to (DataFrame or callable)
        The tables, or functions that make them.
    """

    def __init__(self, tables: Mapping[str, FrameSource[pd.DataFrame]]) -> None:
        self._tables: dict[str, FrameSource[pd.DataFrame]] = dict(tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        frame = self._tables[name] = made(self._tables[name])
        return frame

    def __setitem__(self, name: str, table: pd.DataFrame) -> None:
        self._tables[name] = table

    def __delitem__(self, name: str) -> None:
        del self._tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"<Tables {', '.join(self._tables)}>"
