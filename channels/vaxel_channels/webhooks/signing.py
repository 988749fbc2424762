"""The signature of a message: HMAC-SHA256 over id, moment and body, one per secret that is valid."""

import base64
import hmac
from collections.abc import Mapping, Sequence


def headers(secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The three headers of Standard Webhooks; while a secret is being rotated the old and the new one both sign.

    `timestamp` is that of this try, in seconds since 1970: a receiver refuses what is older than five minutes.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
