"""One HTML file that shows everything that differs: words, and pictures side by side, overlaid, swiped, faded."""

import html
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

from vaxel_engine.errors import Unwritable
from vaxel_regression.guard import BEFORE
from vaxel_regression.references import compact

LARGEST = 40_000_000
"""Bytes of pictures in one report; beyond that a browser grows slow, and the rest is named by its place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of the report; `pictures` is the folder where its pictures lie, by name as now and as approved."""

    case: str
    group: str
    words: tuple[str, ...]
    changes: tuple[str, ...]
    pictures: Path


def write_report(path: Path, title: str, entries: Sequence[Entry]) -> None:
    """Write the report whole or not at all; nothing in it is fetched from anywhere. Raises Unwritable."""
    spent = 0
    cases: list[dict[str, object]] = []
    for entry in entries:
        shown: list[dict[str, str]] = []
        for now in sorted(entry.pictures.glob("*.png")):
            if now.stem.endswith(BEFORE):
                continue
            before = now.with_name(f"{now.stem}{BEFORE}.png")
            picture = {"name": now.stem, "now": _address(now)}
            if before.is_file():
                picture["before"] = _address(before)
            size = sum(map(len, picture.values()))
            if spent + size <= LARGEST:
                spent += size
                shown.append(picture)
        cases.append(
            {
                "case": entry.case,
                "group": entry.group,
                "words": entry.words,
                "changes": entry.changes,
                "pictures": shown,
                "place": str(entry.pictures),
            }
        )
    groups = {entry.group: at for at, entry in reversed(list(enumerate(entries)))}
    cases.sort(key=lambda case: (groups[str(case["group"])], -len(cast("list[object]", case["pictures"]))))
    page = (files("vaxel_regression") / "report.html").read_text(encoding="utf-8")
    # "<" within a script could end it.
    told = json.dumps(cases, ensure_ascii=False).replace("<", "\\u003c")
    page = page.replace("{{ title }}", html.escape(title)).replace("{{ cases }}", told)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(page, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise Unwritable(f"{path} cannot be written ({error.strerror}); name another place for the report") from error


def _address(picture: Path) -> str:
    return f"data:image/png;base64,{b64encode(compact(picture.read_bytes())).decode()}"
