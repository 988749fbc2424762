"""The one deliberate error of this room: a simulator that cannot be started says why in one sentence."""


class SimulatorError(Exception):
    """A simulator cannot start or was asked for something it does not have; the text says what to do."""
