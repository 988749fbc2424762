"""JSON text at hand: all of it, or a window that moves along a file of any length, and where in the file it stands."""

import codecs
import re
from typing import BinaryIO

_SPACE = re.compile(r"[ \t\r\n]*")


class JsonText:
    """Text that is read on from `at`; what lies before it is let go when more is asked for."""

    def __init__(self, window: str, *, stream: BinaryIO | None = None, encoding: str = "utf-8", block: int = 0) -> None:
        self.window = window
        self.at = 0
        self.ended = stream is None
        self.undecodable = False
        """Whether the text ends before bytes that mean nothing in its encoding."""
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._block = block
        self._line = 1
        self._counted = 0
        self._column = 0  # characters of the present line that were let go

    def fill(self) -> bool:
        """Read one more block; False where there is none."""
        if self.ended or self._stream is None:
            return False
        raw = self._stream.read(self._block)
        self.ended = not raw
        kept = len(self._decoder.getstate()[0])
        try:
            more = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            # What can be decoded before the fault still counts; the decoder kept its state when it failed.
            more = self._decoder.decode(raw[: max(0, error.start - kept)])
            self.ended = self.undecodable = True
        self._let_go()
        self.window += more
        return not self.ended or bool(more)

    def next(self) -> str:
        """The next character that is no space, and there `at` stands; "" at the end."""
        while True:
            space = _SPACE.match(self.window, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.window):
                return self.window[self.at]
            if not self.fill():
                return ""

    def line(self, at: int) -> int:
        """The line of a place that is not before one asked for earlier."""
        self._line += self.window.count("\n", self._counted, at)
        self._counted = max(self._counted, at)
        return self._line

    def column(self, at: int) -> int:
        """The column, from 1."""
        break_before = self.window.rfind("\n", 0, at)
        return at - break_before if break_before >= 0 else self._column + at + 1

    def _let_go(self) -> None:
        self.line(self.at)
        self._column = self.column(self.at) - 1
        self.window = self.window[self.at :]
        self._counted -= self.at
        self.at = 0


class ValueEnd:
    """Looks for the end of the value that begins at a text's `at`, each character once however often it is asked."""

    _IN_TEXT = re.compile(r'["\\]')
    _OUTERMOST = re.compile(r'["{}\[\],]')
    _WITHIN = re.compile(r'["{}\[\]]')

    def __init__(self) -> None:
        self.seen: int = 0
        """Characters from the value's beginning that were looked at; after a backslash one more than there are."""
        self._depth = 0
        self._in_text = False

    def is_in(self, text: JsonText) -> bool:
        """Whether the value ends in what was read by now; `seen` is then its length."""
        window = text.window
        while True:
            sign = (self._IN_TEXT if self._in_text else self._WITHIN if self._depth else self._OUTERMOST).search(
                window, text.at + self.seen
            )
            if sign is None:
                self.seen = max(self.seen, len(window) - text.at)
                return False
            met = sign.group()
            self.seen = sign.end() - text.at
            if met == "\\":
                self.seen += 1
            elif met == '"':
                self._in_text = not self._in_text
                if not self._in_text and not self._depth:
                    return True
            elif met in "{[":
                self._depth += 1
            elif not self._depth:
                self.seen -= 1  # what follows a number or a word
                return True
            elif met in "}]":
                self._depth -= 1
                if not self._depth:
                    return True

    def pass_over(self, text: JsonText) -> None:
        """Let go of what was looked at."""
        passed = min(self.seen, len(text.window) - text.at)
        text.at += passed
        self.seen -= passed
