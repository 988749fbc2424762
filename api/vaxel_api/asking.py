"""One request as the handlers see it: who asks, and what was asked for, judged before anything moves."""

import contextlib
import hashlib
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from flask import request

from vaxel_api.desk import Desk
from vaxel_api.problems import NO_SUCH_BATCH, NO_SUCH_DOCUMENT, Problem
from vaxel_ledger import ApiKey, BatchLine, api_keys, api_requests
from vaxel_ledger.api_keys import KeyState

LONGEST_KEY = 255
"""Characters of an Idempotency-Key."""
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="vaxel"'}
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asking:
    """A request of a sender, with the key it came with."""

    desk: Desk
    key: ApiKey

    @property
    def sender(self) -> str:
        """Whose documents these are."""
        return self.key.sender

    def batch(self, batch_id: str) -> BatchLine:
        """A batch of this sender.

        Raises:
            Problem: 404, also for another sender's: they do not exist for this one.
        """
        with self.desk.ledger.reading() as connection:
            line = api_requests.batch_of(connection, self.desk.tenant, self.sender, batch_id)
        if line is None:
            raise Problem(404, NO_SUCH_BATCH.format(batch_id[:60]))
        return line

    def own(self, document_id: str) -> str:
        """A document of this sender.

        Raises:
            Problem: 404, also for another sender's.
        """
        with self.desk.ledger.reading() as connection:
            if not api_requests.owns_document(connection, self.desk.tenant, self.sender, document_id):
                raise Problem(404, NO_SUCH_DOCUMENT.format(document_id[:60]))
        return document_id


def who_asks(desk: Desk) -> ApiKey:
    """The key of this request.

    Raises:
        Problem: 401, where it is absent, wrong, expired or revoked. Which of the last two is told only to its holder.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise Problem(
            401,
            "the request carries no API key; send `Authorization: Bearer KEY` with a key of `vaxel keys create`",
            headers=_CHALLENGE,
        )
    with desk.ledger.reading() as connection:
        key = api_keys.holder(connection, desk.tenant, text.strip())
    if key is None:
        raise Problem(401, "the API key is not one of this service; check that it was copied whole", headers=_CHALLENGE)
    match key.state(desk.clock()):
        case KeyState.VALID:
            return key
        case KeyState.EXPIRED:
            when = f"expired on {key.expires_at:%Y-%m-%d}; make another with `vaxel keys create`"
        case KeyState.REVOKED:
            when = f"was revoked on {key.revoked_at:%Y-%m-%d}; use the one that replaced it"
    raise Problem(401, f"the API key {key.id} {when}", headers=_CHALLENGE)


def idempotency_key() -> str:
    """The Idempotency-Key of this request.

    Raises:
        Problem: 400, where it is absent or not usable.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise Problem(
            400,
            "the request carries no Idempotency-Key; send one that is the same when you repeat the request, "
            "e.g. the name of the file and its run",
        )
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(400, f"the Idempotency-Key is not usable; send up to {LONGEST_KEY} printable ASCII characters")
    return key


@contextlib.contextmanager
def body(cap: int, name: str) -> Generator[tuple[Path, str]]:
    """The body as a file called so and so that is gone afterwards, and its SHA-256.

    Raises:
        Problem: 413 above the cap, 400 where it is empty.
    """
    with tempfile.TemporaryDirectory(prefix="vaxel-api-") as folder:
        path, digest, size = Path(folder) / name, hashlib.sha256(), 0
        with path.open("wb") as out:
            while piece := request.stream.read(_PIECE):
                size += len(piece)
                if size > cap:
                    raise too_large(cap)
                digest.update(piece)
                out.write(piece)
        if not size:
            raise Problem(400, "the body is empty; send the file itself as the body, not as a form")
        yield path, digest.hexdigest()


def too_large(cap: int) -> Problem:
    """The refusal of a body that is too long to be looked at."""
    return Problem(413, f"the body has more than the {cap:,} bytes that are accepted; send the file in parts")
