"""The print house's SFTP server: one user, one folder, and connections that break where they are told to."""

import io
import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.sftp import SFTP_FAILURE, SFTP_OK

from vaxel_simulators.faults import Fault, FaultScript
from vaxel_simulators.listening import bind

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HAND_OVER = "sftp"
"""The call of the rename that makes a manifest appear."""
UPLOAD = "sftp upload"
"""The call of the first write to a file."""


class SftpServer:
    """Serves `root` to one user; use `start` and `stop`."""

    def __init__(self, root: Path, *, host: str, port: int, username: str, password: str, faults: FaultScript) -> None:
        self.root, self.host, self.username, self.password, self.faults = root, host, username, password, faults
        self.authorised_key: str | None = None
        """A public key ("ssh-ed25519 AAAA…") that is let in beside the password."""
        self._host_key: paramiko.PKey = paramiko.ECDSAKey.generate()
        self._listener = bind(host, port, "The print house's SFTP server")
        self.port = int(self._listener.getsockname()[1])
        self._open: list[paramiko.Transport] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="sftp", daemon=True)

    @property
    def host_key(self) -> str:
        """The server's public key, as clients pin it."""
        return f"{self._host_key.get_name()} {self._host_key.get_base64()}"

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection and free the port; harmless when repeated."""
        if not self._thread.is_alive():
            return
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self.hang_up()

    def hang_up(self) -> None:
        """End every connection, as a cut cable would."""
        with self._lock:
            transports, self._open = self._open, []
        for transport in transports:
            transport.close()
            transport.join(1)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(self._host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder)
            with self._lock:
                self._open.append(transport)
            try:
                transport.start_server(server=_Door(self), event=threading.Event())
            except (paramiko.SSHException, OSError):
                continue


class _Door(paramiko.ServerInterface):
    """Who is let in."""

    def __init__(self, owner: SftpServer) -> None:
        self.owner = owner

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == (self.owner.username, self.owner.password)
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = f"{key.get_name()} {key.get_base64()}" == self.owner.authorised_key
        return AUTH_SUCCESSFUL if known and username == self.owner.username else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class _File(paramiko.SFTPHandle):
    """One open file, whose first write may meet a fault."""

    def __init__(self, path: Path, flags: int, owner: SftpServer) -> None:
        super().__init__(flags)
        mode = "r+b" if flags & (os.O_WRONLY | os.O_RDWR) else "rb"
        if flags & (os.O_CREAT | os.O_TRUNC):
            path.touch(mode=0o640)
            mode = "w+b"
        self._owner, self._fresh, self._file = owner, True, cast("io.BufferedRandom", path.open(mode))
        self.readfile = self.writefile = self._file  # how paramiko is told of a plain file

    def write(self, offset: int, data: "ReadableBuffer") -> int:
        if self._fresh and self._owner.faults.next(UPLOAD) is not None:
            raw = bytes(data)
            self._file.write(raw[: len(raw) // 2])
            self._file.flush()
            self._owner.hang_up()
            return SFTP_FAILURE
        self._fresh = False
        return super().write(offset, data)

    def stat(self) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self._file.fileno()))


class _Folder(paramiko.SFTPServerInterface):
    """The folder, from which no path leads out."""

    def __init__(self, server: paramiko.ServerInterface, *args: object, **more: object) -> None:
        super().__init__(server)
        self._owner = cast("_Door", server).owner

    def _real(self, path: str) -> Path:
        return self._owner.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Sequence[paramiko.SFTPAttributes] | int:  # type: ignore[override]  # a list is one
        try:
            found = sorted(self._real(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in found]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        try:
            return _File(self._real(path), flags, self._owner)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def remove(self, path: str) -> int:
        try:
            self._real(path).unlink()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> int:
        if self._real(newpath).exists():
            return SFTP_FAILURE
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        fault = self._owner.faults.next(HAND_OVER) if newpath.endswith(".json") else None
        try:
            if fault is not Fault.SILENCE_BEFORE_ACCEPT:
                self._real(oldpath).replace(self._real(newpath))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        if fault is not None:
            self._owner.hang_up()
        return SFTP_OK
