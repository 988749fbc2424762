"""Where a review writes: told by whoever starts the preview."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Where approvals, reviewed texts and published versions lie, and in whose name things are decided.

    `folder` holds the packs that may be approved: a designer's own, never those that come with Vaxel.
    """

    folder: Path
    samples: tuple[Path, ...]
    baselines: Path
    store: Path
    by: str
    evidence: Path = Path("out/regression")
