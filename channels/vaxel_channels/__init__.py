"""The channels: adapters to providers, routing and the dispatcher. It knows providers, never HTML."""
