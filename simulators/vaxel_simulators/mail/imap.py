"""The mail server's IMAP side (RFC 3501), as far as a reader of one mailbox needs it: what came back, and its flags."""

import re
import socket
import socketserver
import threading
from collections.abc import Callable
from typing import cast

from vaxel_simulators.listening import bind

_COMMAND = re.compile(rb"([A-Za-z0-9]+) ([A-Z]+)(?: (.*))?", re.IGNORECASE)
_FETCH = re.compile(rb"FETCH ([0-9]+) \(UID BODY\.PEEK\[\]<0\.([0-9]+)>\)", re.IGNORECASE)
_STORE = re.compile(rb"STORE ([0-9,]+) \+FLAGS \(\\Seen\)", re.IGNORECASE)
_LOGIN = re.compile(rb'"?([^" ]+)"? "([^"]*)"')
ONE_MAILBOX = b"INBOX"


class ImapServer:
    """Shows what `messages` gives as the INBOX of one user; the place of a message is its UID less one."""

    def __init__(
        self, messages: Callable[[], list[bytes]], *, host: str, port: int, username: str, password: str
    ) -> None:
        self.messages, self.username, self.password = messages, username, password
        self.seen: set[int] = set()
        """The UIDs that somebody marked."""
        self._listener = bind(host, port, "The mail simulator's IMAP server")
        self.port = int(self._listener.getsockname()[1])
        self._server = _Server(self, self._listener)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End serving and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._listener.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, owner: ImapServer, listener: socket.socket) -> None:
        self.owner = owner
        super().__init__(("", 0), _Talk, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


class _Talk(socketserver.StreamRequestHandler):
    """One session: greeted, signed in, one mailbox selected."""

    def handle(self) -> None:
        owner = cast("_Server", self.server).owner
        self.wfile.write(b"* OK ready\r\n")
        signed_in = selected = False
        for line in self.rfile:
            found = _COMMAND.fullmatch(line.strip())
            if found is None:
                self.wfile.write(b"* BAD no command\r\n")
                continue
            tag, word, rest = found[1], found[2].upper(), found[3] or b""
            match word:
                case b"CAPABILITY":
                    self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
                    done = b"OK"
                case b"LOGIN":
                    named = _LOGIN.fullmatch(rest)
                    signed_in = named is not None and (named[1].decode(), named[2].decode()) == (
                        owner.username,
                        owner.password,
                    )
                    done = b"OK" if signed_in else b"NO [AUTHENTICATIONFAILED]"
                case b"SELECT" if signed_in:
                    selected = rest.strip(b'"').upper() == ONE_MAILBOX
                    self.wfile.write(b"* %d EXISTS\r\n* OK [UIDVALIDITY 1]\r\n" % len(owner.messages()))
                    done = b"OK [READ-WRITE]" if selected else b"NO [NONEXISTENT]"
                case b"UID" if selected:
                    done = self._by_uid(owner, rest)
                case b"LOGOUT":
                    self.wfile.write(b"* BYE\r\n%s OK\r\n" % tag)
                    return
                case _:
                    done = b"BAD"
            self.wfile.write(b"%s %s done\r\n" % (tag, done))

    def _by_uid(self, owner: ImapServer, rest: bytes) -> bytes:
        messages = owner.messages()
        if rest.upper() == b"SEARCH UNSEEN":
            uids = [b"%d" % uid for uid in range(1, len(messages) + 1) if uid not in owner.seen]
            self.wfile.write(b" ".join([b"* SEARCH", *uids]) + b"\r\n")
            return b"OK"
        if (asked := _FETCH.fullmatch(rest)) is not None:
            uid = int(asked[1])
            if 1 <= uid <= len(messages):
                part = messages[uid - 1][: int(asked[2])]
                self.wfile.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (uid, uid, len(part), part))
            return b"OK"
        if (asked := _STORE.fullmatch(rest)) is not None:
            owner.seen |= {int(uid) for uid in asked[1].split(b",")}
            return b"OK"
        return b"BAD"
