"""A print house's folder on its own server, over SFTP: a pinned host key, one kept connection, whole files only."""

import contextlib
import io
import socket
import threading
from collections.abc import Callable, Generator

import paramiko

from vaxel_channels.print_house.places import FILE_CAP, NotLetIn, part_of
from vaxel_channels.print_house.settings import PrintHouseSettings

_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_ALIVE_SECONDS = 30  # a firewall forgets a connection on which nothing moves


class SftpFolder:
    """The folder `directory` of a server; safe to use from several threads, one at a time."""

    def __init__(self, settings: PrintHouseSettings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._transport: paramiko.Transport | None = None
        self._client: paramiko.SFTPClient | None = None

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        return f"The print house's server {self._settings.host}"

    @property
    def remedy(self) -> str:
        """What to look at when it does not answer."""
        return "check `host`, `port`, `directory`, and that it is up and has space"

    def read(self, name: str) -> bytes | None:
        """The beginning of a file; None when there is none."""
        with self._asking() as client:
            try:
                with client.open(self._path(name), "rb") as file:
                    return file.read(FILE_CAP)
            except FileNotFoundError:
                return None

    def write(self, name: str, body: bytes) -> None:
        """Put a file whole, and compare its size with what was sent."""
        with self._asking() as client:
            client.putfo(io.BytesIO(body), self._path(part_of(name)), file_size=len(body), confirm=True)

    def appear(self, name: str) -> None:
        """Rename over an older file of that name, where the server can; else the older one goes first."""
        old, new = self._path(part_of(name)), self._path(name)
        with self._asking() as client:
            try:
                client.posix_rename(old, new)
            except OSError as error:
                if "unsupported" not in str(error).lower():
                    raise
                with contextlib.suppress(FileNotFoundError):
                    client.remove(new)
                client.rename(old, new)

    def remove(self, name: str) -> bool:
        """Take a file away; say whether it was there."""
        with self._asking() as client:
            try:
                client.remove(self._path(name))
            except FileNotFoundError:
                return False
            return True

    def names(self, folder: str) -> list[str]:
        """The names in a folder inside, in order."""
        with self._asking() as client:
            try:
                return sorted(client.listdir(self._path(folder)))
            except FileNotFoundError:
                return []

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            if self._transport is not None:
                self._transport.close()
            self._transport = self._client = None

    def _path(self, name: str) -> str:
        return f"{self._settings.directory.rstrip('/')}/{name}"

    @contextlib.contextmanager
    def _asking(self) -> Generator[paramiko.SFTPClient]:
        """A connection for one step; one that breaks is not used again, and its fault is an OSError."""
        with self._lock:
            try:
                client = self._client or self._connect()
                yield client
            except NotLetIn:
                self.close()
                raise
            except (OSError, paramiko.SSHException, EOFError) as error:
                if isinstance(error, FileNotFoundError | PermissionError) or self._answers(error):
                    raise
                self.close()
                raise ConnectionError(f"{type(error).__name__}") from error

    def _answers(self, error: BaseException) -> bool:
        """Whether it was the server that said no, over a connection that is still good."""
        alive = self._transport is not None and self._transport.is_active()
        return alive and type(error) is OSError

    def _connect(self) -> paramiko.SFTPClient:
        chosen = self._settings
        with contextlib.ExitStack() as opening:
            line = socket.create_connection((chosen.host, chosen.port), timeout=min(10.0, chosen.timeout_seconds))
            opening.callback(line.close)
            transport = paramiko.Transport(line)
            opening.callback(transport.close)
            transport.banner_timeout = transport.auth_timeout = chosen.timeout_seconds
            transport.start_client(timeout=chosen.timeout_seconds)
            self._check_host(transport)
            try:
                if chosen.private_key:
                    transport.auth_publickey(chosen.username, private_key(chosen.private_key))
                else:
                    transport.auth_password(chosen.username, chosen.password or "")
            except paramiko.AuthenticationException:
                raise NotLetIn("the user or its key is refused; mend `username`, `private_key` or `password`") from None
            transport.set_keepalive(_ALIVE_SECONDS)
            client = paramiko.SFTPClient.from_transport(transport)
            if client is None:
                raise NotLetIn("the server offers no SFTP")
            client.get_channel().settimeout(chosen.timeout_seconds)  # type: ignore[union-attr]  # open since this line
            opening.pop_all()
        self._transport, self._client = transport, client
        return client

    def _check_host(self, transport: paramiko.Transport) -> None:
        key = transport.get_remote_server_key()
        if f"{key.get_name()} {key.get_base64()}" != " ".join(self._settings.host_key.split()[:2]):
            raise NotLetIn("its host key is not `host_key`; ask the print house whether it changed its key")


def private_key(text: str) -> paramiko.PKey:
    """The key in a text.

    Raises:
        ValueError: it is none; nothing of it is shown.
    """
    tries: list[Callable[[io.StringIO], paramiko.PKey]] = [kind.from_private_key for kind in _KEYS]
    for read in tries:
        with contextlib.suppress(paramiko.SSHException, ValueError, IndexError):
            return read(io.StringIO(text))
    raise ValueError("is no private key of OpenSSH or PEM without a passphrase")
