"""What is known of one look: its last good panes and what each was made of; and what is to be made next."""

from dataclasses import dataclass, field

from vaxel_engine.press import Sitting
from vaxel_preview.kept import Kept
from vaxel_preview.materials import Look
from vaxel_preview.problems import Problem
from vaxel_preview.table import QUICKEST_FIRST, Made


@dataclass(slots=True)
class Desk:
    """The last good panes of one look, what each was made of, what is wrong, and when each was last tried."""

    panes: dict[str, str] = field(default_factory=dict[str, str])
    shown: dict[str, object] = field(default_factory=dict[str, object])
    """By row what its pane shows, but for how long it took: what is the same is not told again."""
    kept: dict[Made, Kept] = field(default_factory=dict[Made, Kept])
    made_of: dict[Made, Sitting] = field(default_factory=dict[Made, Sitting])
    problems: dict[Made, Problem] = field(default_factory=dict[Made, Problem])
    tried: dict[Made, int] = field(default_factory=dict[Made, int])
    whole_of: object = None
    """The letter and the pages that the whole e-mail was put together from."""

    def stale(self, made: Made, generation: int) -> bool:
        """Whether `made` was not tried yet since the last change."""
        return self.tried.get(made, -1) < generation

    def settled(self, generation: int) -> bool:
        """Whether everything was tried since the last change."""
        return not any(self.stale(made, generation) for made in QUICKEST_FIRST)


@dataclass(frozen=True, slots=True)
class Job:
    """One artifact of one look, and whether somebody has it on a screen; `order` is smaller for what comes first."""

    look: Look
    made: Made
    seen: bool
    order: tuple[bool, int]
