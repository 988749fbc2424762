"""A pytest plugin that takes no pictures of what is found: they are for people, and nobody looks at a campaign's."""

from collections.abc import Mapping

from vaxel_engine.rendering import Rendering
from vaxel_regression.guard import Guard


def pytest_configure() -> None:
    """Whatever is found is told in words alone."""

    def picture(
        self: Guard, case: str, rendering: Rendering, artifact: str, drawn: Mapping[str, bytes] | None = None
    ) -> None:
        return

    Guard.picture = picture  # type: ignore[method-assign]
