"""The approved pictures, kept in families: a family is the engine versions that drew them."""

import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PIL import Image

from vaxel_engine.rendering.engines import pango_version
from vaxel_regression.comparison import Difference, compare
from vaxel_regression.evidence import side_by_side


def pango_family() -> str:
    """The name of the references that Pango on this machine lays out, e.g. "pango-1.50"; WeasyPrint is pinned."""
    major, minor, _ = pango_version()
    return f"pango-{major}.{minor}"


class Verdict(StrEnum):
    """How a picture stands to its reference."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    UNKNOWN_FAMILY = "unknown family"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with its words; `evidence` is the picture to look at where there is something to decide."""

    verdict: Verdict
    sentence: str
    difference: Difference | None = None
    evidence: Path | None = None


@dataclass(frozen=True, slots=True)
class References:
    """References in `folder`/`family`/`name`.png; evidence of failures goes to `evidence`.

    Another Chromium or Pango draws other pixels of the same template. That is a new family, to be reviewed and written
    once, never a change of every template.
    """

    folder: Path
    evidence: Path

    def families(self, drawn_by: str) -> tuple[str, ...]:
        """The families there are of one engine, e.g. "pango"; a family is named engine-version."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in self.folder.iterdir() if path.name.startswith(f"{drawn_by}-")))

    def judge(self, name: str, picture: bytes, *, family: str, dpi: float | None = None) -> Judgement:
        """Compare `picture` with its reference; a missing reference never passes."""
        kept = self.folder / family / f"{name}.png"
        known = self.families(family.partition("-")[0])
        if known and family not in known:
            return Judgement(
                Verdict.UNKNOWN_FAMILY,
                f"no references of family {family} (there are: {', '.join(known)}): NOT COMPARED; "
                "review and run make references",
            )
        if not kept.is_file():
            evidence = self._show(name, None, picture)
            return Judgement(
                Verdict.NEW, f"{name} is new: review {evidence} and run make references", evidence=evidence
            )
        reference = kept.read_bytes()
        difference = compare(reference, picture, dpi=dpi)
        if difference is None:
            return Judgement(Verdict.SAME, f"{name} looks as approved")
        evidence = self._show(name, reference, picture)
        sentence = f"{name}: {difference.sentence}; see {evidence}, and run make references if it is meant"
        return Judgement(Verdict.CHANGED, sentence, difference, evidence)

    def keep(self, name: str, picture: bytes, *, family: str) -> Path:
        """Write a reference, as small as it gets without losing a pixel; one that shows the same is left alone."""
        kept = self.folder / family / f"{name}.png"
        if kept.is_file() and compare(kept.read_bytes(), picture) is None:
            return kept
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(compact(picture))
        return kept

    def _show(self, name: str, reference: bytes | None, actual: bytes) -> Path:
        self.evidence.mkdir(parents=True, exist_ok=True)
        shown = self.evidence / f"{name}.png"
        shown.write_bytes(side_by_side(reference, actual))
        return shown


def compact(picture: bytes) -> bytes:
    """The same pixels in fewer bytes: with a palette where 256 colours are enough."""
    opened = Image.open(io.BytesIO(picture), formats=("PNG",)).convert("RGB")
    written = io.BytesIO()
    if opened.getcolors(256) is not None:
        opened = opened.convert("P", palette=Image.Palette.ADAPTIVE, colors=256)
    opened.save(written, "PNG", optimize=True)
    return written.getvalue()
