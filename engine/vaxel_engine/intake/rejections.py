"""What was rejected of one file, in its order, in the memory of a thousand rejections however many there are."""

import json
import tempfile
import weakref
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, cast, overload

from vaxel_engine.errors import Rejected, Unwritable

KEPT = 1000
"""How many are held in memory; what comes later lies in a temporary file that has no name and goes with its reader."""


class Rejections(Sequence[Rejected]):
    """A sequence that grows at its end; the same rejection is another, equal object each time it is asked for."""

    def __init__(self) -> None:
        self._first: list[Rejected] = []
        self._places = array("Q")  # of each later one in the file
        self._end = 0
        self._later: Any = None

    def append(self, rejected: Rejected) -> None:
        """Keep one more; raises Unwritable where the temporary folder has no room."""
        if len(self._first) < KEPT:
            self._first.append(rejected)
            return
        line = json.dumps(_fields(rejected), ensure_ascii=True).encode() + b"\n"
        try:
            if self._later is None:
                self._later = tempfile.TemporaryFile(prefix="vaxel-rejections-")  # noqa: SIM115 - closed by finalize
                weakref.finalize(self, self._later.close)
            self._later.seek(self._end)
            self._later.write(line)
        except OSError as error:
            raise Unwritable(
                f"{rejected.file}: what was rejected cannot be kept in {tempfile.gettempdir()} ({error.strerror}); "
                "make room there."
            ) from error
        self._places.append(self._end)
        self._end += len(line)

    def __len__(self) -> int:
        return len(self._first) + len(self._places)

    @overload
    def __getitem__(self, index: int) -> Rejected: ...
    @overload
    def __getitem__(self, index: slice) -> list[Rejected]: ...
    def __getitem__(self, index: int | slice) -> Rejected | list[Rejected]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        if at < len(self._first):
            return self._first[at]
        self._later.seek(self._places[at - len(self._first)])
        return _rejected(json.loads(self._later.readline()))

    def __iter__(self) -> Iterator[Rejected]:
        return (self[at] for at in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rejections | list | tuple):
            return NotImplemented
        others = cast("Sequence[object]", other)
        return len(self) == len(others) and all(mine == theirs for mine, theirs in zip(self, others, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows


def _fields(rejected: Rejected) -> dict[str, Any]:
    return {
        "file": rejected.file,
        "record": rejected.record,
        "line": rejected.line,
        "path": rejected.path,
        "term": rejected.term,
        "found": rejected.found,
        "remedy": rejected.remedy,
        "further": [_fields(one) for one in rejected.further],
    }


def _rejected(fields: dict[str, Any]) -> Rejected:
    given: dict[str, Any] = dict(fields)
    given["further"] = tuple(_rejected(one) for one in fields["further"])
    return Rejected(**given)
