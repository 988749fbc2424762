"""The tenants' keys: kept apart from the database, because whoever has both can read everything.

One file of 32 random bytes, mode 0600; each tenant's keys are derived from it. Losing it means that nothing kept in the
ledger can ever be opened again; nobody can restore it but from the owner's own backup.
"""

import base64
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from vaxel_engine.errors import Misconfigured
from vaxel_ledger.sealing import KEY_BYTES, bound, derive, fingerprint, new_key, seal, unseal

_LINK_BYTES = 32  # 256 bits, 43 characters of base64url: whoever has one was given it


@dataclass(frozen=True, slots=True)
class TenantKey:
    """What one tenant's key gives: wrapping of data keys, recognition of content, tokens for web links."""

    tenant: str
    kek_id: str
    """Which key this is, without telling anything of it."""
    _wrapping: bytes = field(repr=False)
    _hashing: bytes = field(repr=False)
    _linking: bytes = field(repr=False)

    @classmethod
    def of(cls, tenant: str, secret: bytes) -> "TenantKey":
        """Derive a tenant's keys from the secret in the file."""
        return cls(
            tenant=tenant,
            kek_id=derive(secret, f"vaxel key id of {tenant}").hex()[:16],
            _wrapping=derive(secret, f"vaxel data keys of {tenant}"),
            _hashing=derive(secret, f"vaxel content hash of {tenant}"),
            _linking=derive(secret, f"vaxel web link of {tenant}"),
        )

    def wrap(self, data_key: bytes, dek_id: str) -> bytes:
        """Encrypt a document's key for the `dek` table."""
        return seal(self._wrapping, data_key, bound("dek", self.tenant, dek_id))

    def unwrap(self, wrapped: bytes, dek_id: str) -> bytes:
        """Decrypt a document's key.

        Raises:
            Unreadable: the row was changed, or another key wrapped it.
        """
        place = bound("dek", self.tenant, dek_id)
        return unseal(self._wrapping, wrapped, place, what=f"the data key {dek_id}")

    def content_hash(self, plain: bytes) -> str:
        """HMAC-SHA256 of content: tells that it is unchanged, and nothing to somebody without the key."""
        return fingerprint(self._hashing, plain)

    def link_token(self, document_id: str, delivery_no: int) -> str:
        """The token of a document's web link: the same for every retry, and not to be guessed."""
        place = bound("link", self.tenant, document_id, str(delivery_no))
        whole = bytes.fromhex(fingerprint(self._linking, place))
        return base64.urlsafe_b64encode(whole[:_LINK_BYTES]).decode("ascii").rstrip("=")


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """The key file and the tenants' keys derived from it; back the file up, and not together with the database."""

    file: Path
    _opened: dict[str, TenantKey] = field(default_factory=dict[str, TenantKey], init=False, repr=False, compare=False)

    def of(self, tenant: str) -> TenantKey:
        """The key of a tenant.

        Raises:
            Misconfigured: the file is absent, readable by others, or not a key.
        """
        if tenant not in self._opened:
            self._opened[tenant] = TenantKey.of(tenant, _read(self.file))
        return self._opened[tenant]

    def make(self) -> None:
        """Write the key file where there is none; only for a ledger in which nothing was ever sealed.

        Raises:
            Misconfigured: the file cannot be written.
        """
        if self.file.exists():
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(self.file, new_key())
        except OSError as error:
            raise Misconfigured(
                f"the tenant key {self.file} cannot be written ({error.strerror}); name a place that can"
            ) from error


def _write_once(file: Path, secret: bytes) -> None:
    """Write a key file whole or not at all; where two make one at once, the first stands."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(secret)
        out.flush()
        os.fsync(out.fileno())
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    sync_folder(file.parent)


def _read(file: Path) -> bytes:
    try:
        mode, secret = file.stat().st_mode, file.read_bytes()
    except FileNotFoundError as error:
        raise Misconfigured(
            f"the tenant key {file} is not there; without it nothing kept in this ledger can be opened, ever, "
            "so restore it from your backup of keys"
        ) from error
    except OSError as error:
        raise Misconfigured(f"the tenant key {file} cannot be read ({error.strerror}); mend its permissions") from error
    if stat.S_IMODE(mode) & 0o077:
        raise Misconfigured(f"the tenant key {file} can be read by others than its owner; run chmod 600 on it")
    if len(secret) != KEY_BYTES:
        raise Misconfigured(
            f"the tenant key {file} has {len(secret)} bytes instead of {KEY_BYTES}; restore it from your backup of keys"
        )
    return secret


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
