"""Pictures of pages for the board: each is drawn once, whoever asks first, and kept for as long as it may be shown."""

import threading
from collections import OrderedDict

from vaxel_regression.pages import page_picture

DPI = 144
_KEPT = 160


class Pictures:
    """Every method may be called from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._drawn: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._drawing: dict[tuple[str, int], threading.Lock] = {}

    def of(self, look: str, pdf: bytes, number: int) -> bytes:
        """Page `number` (from 1) of what is called `look`, as PNG; raises as `page_picture` does.

        Who asks for what somebody else is drawing waits for it.
        """
        with self._turn:
            turn = self._drawing.setdefault((look, number), threading.Lock())
        with turn:
            with self._turn:
                known = self._drawn.get((look, number))
            drawn = known or picture(pdf, number)
        with self._turn:
            self._drawing.pop((look, number), None)
            self._drawn[look, number] = drawn
            self._drawn.move_to_end((look, number))
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        return drawn


def page_address(look: str, number: int) -> str:
    """Where a browser asks for page `number` (from 1) of what is called `look`."""
    return f"/page/{look}/{number}.png"


def picture(pdf: bytes, number: int) -> bytes:
    """A page as the board shows it."""
    return page_picture(pdf, number, dpi=DPI, quick=True)
