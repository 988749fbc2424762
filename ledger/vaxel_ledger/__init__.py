"""The ledger: what came in, was decided, was handed over and answered, and the artifacts kept."""
