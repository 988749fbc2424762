"""The signature of every request to Digipost and of every answer: RSA with SHA-256 over a canonical text; pure.

Source: digipost-api-client-java (read 2026-11-22). The text has a line each, ended by LF: the method (or the status of
an answer), the path decoded and in lower case, the headers that take part in alphabetical order, and for a request the
query in lower case, an empty line when there is none.
"""

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_TAKE_PART = ("content-md5", "date", "x-content-sha256", "x-digipost-userid")
_SIGNATURE = "x-digipost-signature"
_SHORTEST_KEY = 2048


def request_text(method: str, target: str, headers: Mapping[str, str]) -> str:
    """What is signed of a request to `target`, a path with its query as it stands in the request line."""
    path, _, query = target.partition("?")
    return f"{method.upper()}\n{unquote(path).lower()}\n{_lines(headers)}{query.lower()}\n"


def answer_text(status: int, path: str, headers: Mapping[str, str]) -> str:
    """What is signed of an answer; `path` is the one that was asked for."""
    return f"{status}\n{unquote(path).lower()}\n{_lines(headers)}"


def body_hash(body: bytes) -> str:
    """The value of X-Content-SHA256, which stands only where there is a body."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")


def _lines(headers: Mapping[str, str]) -> str:
    lower = {name.lower(): value for name, value in headers.items()}
    return "".join(f"{name}: {lower[name]}\n" for name in _TAKE_PART if name in lower)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who asks: the number that Digipost gave, and the key whose certificate Digipost keeps."""

    user_id: str
    _key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def of(cls, user_id: str, pem: str) -> "Signer":
        """Make a signer of an RSA key in PEM.

        Raises:
            ValueError: it is not such a key; the text says why and shows nothing of it.
        """
        try:
            key = serialization.load_pem_private_key(pem.encode("ascii"), password=None)
        except TypeError:
            raise ValueError("is protected by a passphrase; write the key without one") from None
        except (ValueError, UnsupportedAlgorithm, binascii.Error):
            raise ValueError("is not a private key in PEM") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("is not an RSA key, the only kind that Digipost documents")
        if key.key_size < _SHORTEST_KEY:
            raise ValueError(f"has {key.key_size} bits; make one of {_SHORTEST_KEY}")
        return cls(user_id, key)

    def headers(self, method: str, target: str, body: bytes, at: dt.datetime) -> dict[str, str]:
        """The headers of one request; `at` must be within five minutes of Digipost's clock."""
        signed = {"X-Digipost-UserId": self.user_id, "Date": format_datetime(at.astimezone(dt.UTC), usegmt=True)}
        if body:
            signed["X-Content-SHA256"] = body_hash(body)
        text = request_text(method, target, signed).encode()
        signature = self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return {**signed, "X-Digipost-Signature": base64.b64encode(signature).decode("ascii")}


@dataclass(frozen=True, slots=True)
class Verifier:
    """Whose answers are believed: the key in the certificate that Digipost's entry point gave."""

    _key: rsa.RSAPublicKey = field(repr=False)

    @classmethod
    def of(cls, pem: str) -> "Verifier":
        """Make a verifier of a certificate in PEM; raises ValueError for anything else."""
        key = x509.load_pem_x509_certificate(pem.strip().encode("ascii")).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError("is not a certificate of an RSA key")
        return cls(key)

    def vouches(self, status: int, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Digipost signed this answer, with this body, to this path."""
        lower = {name.lower(): value for name, value in headers.items()}
        if body and lower.get("x-content-sha256") != body_hash(body):
            return False
        try:
            signature = base64.b64decode(lower.get(_SIGNATURE, ""), validate=True)
            self._key.verify(signature, answer_text(status, path, lower).encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True
