"""A rendering whose artifacts are made at the press, for whoever also needs its facts: facts here, templates there."""

from dataclasses import dataclass, field

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.press.press import Press, Sitting
from vaxel_engine.rendering import Rendering


@dataclass(frozen=True, slots=True)
class Pressed(Rendering):
    """As `Rendering`, byte for byte; its artifacts are made one by one, under the limits of a document each.

    Building facts runs no template of the pack. `rest` lets the process go when no more artifacts are asked for.
    """

    _sitting: list[Sitting] = field(default_factory=list[Sitting], init=False, repr=False, compare=False)

    def artifact(self, kind: ArtifactKind) -> Artifact:
        """The artifact of `kind`, not compared with the document; raises as the press does."""
        if not self._sitting:
            self._sitting.append(Press().sitting(self.document, self.pack, self.link, self.printing))
        return self._sitting[0].artifact(kind)

    def rest(self) -> None:
        """Let the process go; asking for more begins another one."""
        for sitting in self._sitting:
            sitting.rest()
