"""Digipost's side of the signatures: requests are checked, answers are signed; own code, from the documents alone."""

import base64
import datetime as dt
import email.utils
import hashlib
from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from vaxel_simulators.digipost.errors import DigipostRefusal

SIGNED_HEADERS = ("content-md5", "date", "x-content-sha256", "x-digipost-userid")


class KeyPair:
    """An RSA key with a certificate, made when a simulator starts."""

    def __init__(self, name: str, at: dt.datetime) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - dt.timedelta(days=1))
            .not_valid_after(at + dt.timedelta(days=3650))
            .sign(self._key, hashes.SHA256())
        )

    @property
    def private_pem(self) -> str:
        """The key as its owner keeps it."""
        form = serialization.PrivateFormat.PKCS8
        plain = serialization.NoEncryption()
        return self._key.private_bytes(serialization.Encoding.PEM, form, plain).decode()

    @property
    def certificate_pem(self) -> str:
        """The certificate that others check by."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, text: str) -> str:
        """The signature of a text, in base64."""
        return base64.b64encode(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    def signed(self, text: str, signature: str) -> bool:
        """Whether this key signed the text."""
        try:
            raw = base64.b64decode(signature, validate=True)
            self._key.public_key().verify(raw, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True


def check_request(
    *,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    user_id: str,
    client: KeyPair,
    now: dt.datetime,
    minutes: int,
) -> None:
    """Refuse a request that is not its sender's; `path` is decoded, `query` raw, header names in lower case.

    Raises:
        DigipostRefusal: the first rule it breaks.
    """
    given = headers.get("x-digipost-userid", "")
    if not given.isdigit():
        raise DigipostRefusal("INVALID_USER_ID_HEADER", "X-Digipost-UserId is absent or no number.")
    if given != user_id:
        raise DigipostRefusal("UNKNOWN_USER_ID", "There is no such user.")
    _check_date(headers.get("date"), now, minutes)
    if body:
        stated = headers.get("x-content-sha256")
        if not stated:
            raise DigipostRefusal("MISSING_CONTENT_HASH", "X-Content-SHA256 is absent.")
        if base64.b64encode(hashlib.sha256(body).digest()).decode() != stated:
            raise DigipostRefusal("INVALID_SIGNATURE", "X-Content-SHA256 is not the hash of the content.")
    signature = headers.get("x-digipost-signature")
    if not signature:
        raise DigipostRefusal("MISSING_SIGNATURE", "X-Digipost-Signature is absent.")
    expected = "\n".join([method.upper(), path.lower(), *header_lines(headers), query.lower(), ""])
    if not client.signed(expected, signature):
        raise DigipostRefusal("INVALID_SIGNATURE", f"The text to sign was ===START==={expected}===SLUTT===")


def _check_date(stated: str | None, now: dt.datetime, minutes: int) -> None:
    if not stated:
        raise DigipostRefusal("MISSING_DATE_HEADER", "Date is absent.")
    try:
        moment = email.utils.parsedate_to_datetime(stated)
    except ValueError as error:
        raise DigipostRefusal("INVALID_DATE_HEADER", "Date is not of RFC 1123.") from error
    if moment.tzinfo is None or abs(moment - now) > dt.timedelta(minutes=minutes):
        raise DigipostRefusal("DATE_HEADER_OUTSIDE_ACCEPTED_INTERVAL", f"Date is more than {minutes} minutes off.")


def header_lines(headers: Mapping[str, str]) -> list[str]:
    """The headers that take part, by name, each as one line."""
    return [f"{name}: {headers[name]}" for name in SIGNED_HEADERS if name in headers]


def answer_headers(server: KeyPair, *, status: int, path: str, body: bytes, now: dt.datetime) -> dict[str, str]:
    """The headers by which a client knows the answer for Digipost's."""
    signed = {"date": email.utils.format_datetime(now.astimezone(dt.UTC), usegmt=True)}
    if body:
        signed["x-content-sha256"] = base64.b64encode(hashlib.sha256(body).digest()).decode()
    text = "\n".join([str(status), path.lower(), *header_lines(signed), ""])
    return {**signed, "X-Digipost-Signature": server.sign(text)}
