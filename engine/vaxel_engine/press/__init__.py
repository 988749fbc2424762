"""The press: whatever a template does, it does in a process of its own, with limits, and the next document goes on."""

from vaxel_engine.press.bulk import Order, Printed, press_in_bulk, processors
from vaxel_engine.press.examining import examine
from vaxel_engine.press.limits import Limits
from vaxel_engine.press.press import Check, DroppedError, Press, Sitting
from vaxel_engine.press.pressed import Pressed

__all__ = [
    "Check",
    "DroppedError",
    "Limits",
    "Order",
    "Press",
    "Pressed",
    "Printed",
    "Sitting",
    "examine",
    "press_in_bulk",
    "processors",
]
