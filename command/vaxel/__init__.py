"""Vaxel: an open document engine and channel switch."""
