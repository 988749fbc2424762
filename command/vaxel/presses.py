"""The press of a settings file: what one document may take in production and over HTTP alike."""

from vaxel.settings import RenderingSettings
from vaxel_engine.press import Limits, Press


def press_of(rendering: RenderingSettings) -> Press:
    """A press that holds each document to the limits of `[rendering]`."""
    return Press(
        Limits(
            seconds=rendering.seconds,
            processor=rendering.processor,
            ready=rendering.ready,
            memory=rendering.memory,
            documents=rendering.documents,
            growth=rendering.growth,
        )
    )
