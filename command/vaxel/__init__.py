"""Vaxel: an open document engine and channel switch.

import vaxel

for document in vaxel.read("october.json"):
    pdf = vaxel.render(document, "print_pdf", brand="nordljus")

with vaxel.open_switch("vaxel.toml") as switch:
    batch = switch.send("october.json")
    batch.wait()
    for line in batch.report():
        print(line.document, line.channel, line.status, line.reason)
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from vaxel_engine import packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import (
    Misconfigured,
    NotCarried,
    OutcomeUnknown,
    Refused,
    Rejected,
    TemplateError,
    Unreachable,
    Unreadable,
    Unrenderable,
    Unwritable,
    VaxelError,
)
from vaxel_engine.intake import Reading, read
from vaxel_engine.mailing import Printing
from vaxel_engine.model import Document

if TYPE_CHECKING:
    from vaxel.switch import Switch

__all__ = [
    "Artifact",
    "ArtifactKind",
    "Document",
    "Misconfigured",
    "NotCarried",
    "OutcomeUnknown",
    "Printing",
    "Reading",
    "Refused",
    "Rejected",
    "TemplateError",
    "Unreachable",
    "Unreadable",
    "Unrenderable",
    "Unwritable",
    "VaxelError",
    "open_switch",
    "read",
    "render",
]
__version__ = version("vaxel")


def render(
    document: Document,
    kind: ArtifactKind | str,
    *,
    brand: str,
    link: str | None = None,
    printing: Printing | None = None,
) -> Artifact:
    """Render one document into one artifact, as preview and production do: in a process of its own, with limits.

    `kind` is one of `print_pdf`, `mailbox_pdf`, `email`, `web`, `sms`, `card`; `brand` names a pack; `link` is the
    address under which the recipient opens the document, for the artifacts that carry one; `printing` says how the
    print PDF is printed, e.g. `vaxel.Printing(monochrome=True)`.

    Raises:
        ValueError: there is no such kind.
        Unrenderable: the document or the pack cannot become this artifact, or it took more than it may.
    """
    from vaxel_engine.press import Press

    return Press().render(document, ArtifactKind(kind), pack=packs.load(brand), link=link, printing=printing)


def open_switch(config: str | Path = "vaxel.toml") -> Switch:
    """Open the switch that a configuration describes; use it as a context manager.

    Needs the extra `vaxel[switch]`.

    Raises:
        Misconfigured: the configuration is absent or wrong; the sentence names file and key.
    """
    from vaxel.switch import Switch

    return Switch.open(Path(config))
