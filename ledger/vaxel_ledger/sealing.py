"""Encryption of what the ledger keeps: AES-256-GCM, bound to tenant, document and kind.

Every document has a data key of its own, wrapped by its tenant's key, so that destroying one small row makes all of a
document unreadable, in backups too.
"""

import hashlib
import hmac
import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vaxel_engine.errors import Unreadable

KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 bits; random, and a document's key seals few messages


def new_key() -> bytes:
    """A fresh AES-256 key."""
    return secrets.token_bytes(KEY_BYTES)


def derive(key: bytes, purpose: str) -> bytes:
    """A key for one purpose out of a longer-lived one (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def bound(*parts: str) -> bytes:
    """The associated data that ties a ciphertext to its place; JSON, so that no two lists of parts look alike."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def seal(key: bytes, plain: bytes, aad: bytes) -> bytes:
    """Encrypt: nonce (12 bytes), ciphertext, tag (16 bytes)."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def unseal(key: bytes, sealed: bytes, aad: bytes, *, what: str) -> bytes:
    """Decrypt what `seal` made with the same key and place.

    Raises:
        Unreadable: changed on disk, moved to another place, or sealed with another key.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
    except (InvalidTag, ValueError) as error:
        raise Unreadable(
            f"{what} cannot be opened: it was changed since it was kept, or its key is another; restore it from backup"
        ) from error


def fingerprint(key: bytes, content: bytes) -> str:
    """HMAC-SHA256 in hexadecimal: recognises content without letting anyone outside guess it."""
    return hmac.digest(key, content, "sha256").hex()


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
