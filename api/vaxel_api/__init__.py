"""Vaxel over HTTP: files in, artifacts, batches, reports and events out; for billing systems."""

from vaxel_api.application import application
from vaxel_api.desk import Desk
from vaxel_api.serving import serve

__all__ = ["Desk", "application", "serve"]
