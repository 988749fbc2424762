"""The fault campaign: workers killed and a provider that fails, and what the provider's own ledger says of it."""

from vaxel.faults.campaign import Asked, Found, Sabotage, run

__all__ = ["Asked", "Found", "Sabotage", "run"]
