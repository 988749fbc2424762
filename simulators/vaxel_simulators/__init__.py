"""Local servers that behave as each provider documents; they share no code with the adapters they check."""
