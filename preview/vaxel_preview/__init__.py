"""The designers' server: every artifact of one document side by side, rendered by the production function."""
