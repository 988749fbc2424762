"""BankID on loopback: the relying party API v6.0 and the app of whoever holds the phone."""

from vaxel_simulators.bankid.simulator import BankIdSimulator

__all__ = ["BankIdSimulator"]
