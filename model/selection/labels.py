"""Labels: names of rows or columns, kept as parts and written out only when someone reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.showing import Shown

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, repr=False)
class Labels(Shown):
    """Names made of parts joined by a bar, such as ``220122|2024``.

    ``parts`` are arrays of one length. Half a million names cost no text until they are read.
    """

    term = "名称"

    parts: tuple[Array, ...]

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self.parts[0])

    def __getitem__(self, i: int) -> str:
        """Return one name."""
        return "|".join(str(part[i]) for part in self.parts)

    def __iter__(self) -> Iterator[str]:
        """Yield every name."""
        return ("|".join(map(str, row)) for row in zip(*self.parts, strict=True))
