"""Webhooks out, by the Standard Webhooks rules (https://www.standardwebhooks.com): signed, repeated, never inwards."""

from vaxel_channels.webhooks.postman import Postman
from vaxel_channels.webhooks.targets import Resolve, judge, resolve

__all__ = ["Postman", "Resolve", "judge", "resolve"]
