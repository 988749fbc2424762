"""The engine: the canonical model, intake, rendering and packs. Values in, artifacts out; it knows no channel."""
