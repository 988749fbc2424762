"""Proofs: what somebody outside is asked about, as pictures that do not change, with a key that opens nothing else."""

import datetime as dt
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from flask import Request
from pydantic import BaseModel, ConfigDict, Field

from vaxel_preview.doorkeeper import knows
from vaxel_preview.findings.where import stamped_html, taken_apart
from vaxel_preview.kept import Kept
from vaxel_preview.lens import Lens
from vaxel_preview.table import ROWS, Dress, Row, Show
from vaxel_preview.wall import framed
from vaxel_regression.pages import page_picture

if TYPE_CHECKING:
    from vaxel_regression.browser import Camera

_KEPT = 12
MOST_ANSWERS = 20
DPI = 110


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Comment(_Said):
    """One wish, pinned to a place of a sheet in per cent of it."""

    sheet: int = Field(ge=0, le=200)
    x: float = Field(ge=0, le=100)
    y: float = Field(ge=0, le=100)
    words: str = Field(min_length=1, max_length=1_000)


class Answer(_Said):
    """What the approver said."""

    verdict: Literal["approved", "changes"]
    by: str = Field(min_length=1, max_length=120)
    comments: tuple[Comment, ...] = Field(default=(), max_length=100)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture of a proof and what it is of: "Print, page 1"."""

    title: str
    picture: bytes = field(repr=False)
    words: str = ""


@dataclass(slots=True)
class Proof:
    """What was shown to somebody, and what they said; `digest` is that of the pack it was made with."""

    id: str
    key: str = field(repr=False)
    brand: str
    about: str
    digest: str
    made: dt.datetime
    sheets: tuple[Sheet, ...] = field(repr=False)
    answers: list[Answer] = field(default_factory=list[Answer])


class Proofs:
    """The proofs of one start; they end with it. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: OrderedDict[str, Proof] = OrderedDict()

    def make(self, kept: Mapping[str, Kept], brand: str, about: str, lens: Lens) -> Proof | None:
        """A proof of what is on the board; None while its pictures are still being taken.

        Raises Misconfigured where there is no browser to take them.
        """
        sheets: list[Sheet] = []
        waiting = False
        for row in ROWS:
            one = kept.get(row.made.id)
            if one is None or row.dress in (Dress.NO_IMAGES, Dress.FORCED) or row.id in ("web_no_script", "web_tablet"):
                continue
            if row.show is Show.SHEETS:
                for number in range(1, len(taken_apart(one.artifact.body)) + 1):
                    title = f"{row.title}, page {number}"
                    sheets.append(Sheet(title, page_picture(one.artifact.body, number, dpi=DPI)))
            elif row.show is Show.FRAME:
                shot = lens.ask(("proof", row.id, one.key), partial(_shot, row, one))
                waiting = waiting or shot is None
                sheets.append(Sheet(row.title, shot or b""))
            elif row.show is Show.BUBBLE:
                sheets.append(Sheet(row.title, b"", one.artifact.body.decode()))
        if waiting or not sheets:
            return None
        digest = next(iter(kept.values())).sitting.pack.digest
        now = dt.datetime.now(dt.UTC)
        made = Proof(secrets.token_urlsafe(9), secrets.token_urlsafe(24), brand, about, digest, now, tuple(sheets))
        with self._turn:
            self._known[made.id] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made

    def get(self, proof_id: str) -> Proof | None:
        """A proof by its id."""
        return self._known.get(proof_id)

    def of(self, brand: str) -> list[Proof]:
        """The proofs of a brand, the newest first."""
        with self._turn:
            return [proof for proof in reversed(self._known.values()) if proof.brand == brand]

    def is_guest(self, asked: Request) -> bool:
        """Whether a request asks for a proof with the key of that proof."""
        parts = asked.path.strip("/").split("/")
        if parts[0] != "proof" or len(parts) < 2:
            return False
        proof = self._known.get(parts[1])
        return proof is not None and knows(asked.args.get("key", ""), proof.key)


def _shot(row: Row, one: Kept, camera: "Camera") -> bytes:
    html = framed(row, stamped_html(one).encode() if row.made.kind != "email" else one.artifact.body).decode()
    with camera.page(row.width, dark=row.dress is Dress.DARK) as page:
        page.set_content(html, wait_until="load")
        page.evaluate("document.fonts.ready.then(() => true)")
        return page.screenshot(full_page=True, animations="disabled")
