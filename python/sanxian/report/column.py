"""How one column of a report's table is called and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "share", "flag", "word"]


@dataclass(frozen=True)
class Column:
    """How one column of a report table is shown."""

    name: str
    header: str
    unit: str = ""
    decimals: int = 0
    kind: Kind = "text"
    width: int = 12
    #: Whether the column has a meaningful sum.
    summed: bool = False

    @property
    def title(self) -> str:
        """Header with its unit: ``面积（公顷）``."""
        return f"{self.header}（{self.unit}）" if self.unit else self.header

    @property
    def is_numeric(self) -> bool:
        """Whether cells are right-aligned numbers."""
        return self.kind in ("number", "share")


def number(name: str, header: str, unit: str, decimals: int, width: int = 13, summed: bool = False) -> Column:
    """A column of numbers."""
    return Column(name, header, unit, decimals, "number", width, summed)


#: Columns that most tables have.
VERDICT = Column("verdict", "结论", kind="word", width=10)
DOCUMENT = Column("document", "依据文件", width=36)
STATUS = Column("status", "条文来源", kind="word", width=11)
