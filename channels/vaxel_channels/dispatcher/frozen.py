"""A consignment as bytes for the ledger: what was frozen is what every retry hands over, also after a restart."""

import json
import struct

from vaxel_channels.contract import Consignment
from vaxel_engine.errors import Unreadable

MEDIA = "application/vnd.vaxel.consignment"
_HEAD = struct.Struct(">4sI")
_MAGIC = b"VXC1"


def freeze(consignment: Consignment) -> bytes:
    """Mark, length of the head, head as JSON, payload as it is."""
    head = json.dumps(
        {
            "key": consignment.key,
            "channel": consignment.channel,
            "address": consignment.address,
            "details": dict(consignment.details),
            "sender": consignment.sender,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return _HEAD.pack(_MAGIC, len(head)) + head + consignment.payload


def thaw(frozen: bytes) -> Consignment:
    """The consignment that `freeze` was given, byte for byte.

    Raises:
        Unreadable: a newer version of Vaxel wrote it in another form.
    """
    if frozen[:4] != _MAGIC:
        raise Unreadable(
            "a frozen consignment is of another form than this version writes; use the version that froze it"
        )
    _, length = _HEAD.unpack_from(frozen)
    start = _HEAD.size + length
    head = json.loads(frozen[_HEAD.size : start])
    return Consignment(
        key=head["key"],
        channel=head["channel"],
        address=head["address"],
        payload=frozen[start:],
        details=head["details"],
        sender=head.get("sender", ""),  # absent where an earlier version froze it
    )
