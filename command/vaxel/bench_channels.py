"""What handing one document over costs this process, channel by channel; the stand-ins work in another."""

import base64
import contextlib
import datetime as dt
import hashlib
import itertools
import multiprocessing
import statistics
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from vaxel_channels.contract import Channel, Order
from vaxel_channels.registry import CHANNELS
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document, NationalId

WARM_UP = 20
"""Hand-overs before the measurement: connections, TLS and caches are there."""


@dataclass(frozen=True, slots=True)
class ChannelCost:
    """The median over the documents."""

    channel: str
    prepare_ms: float
    send_ms: float
    documents: int


def reachable(document: Document) -> bool:
    """Whether every channel that is measured has an address for it."""
    recipient = document.recipient
    return document.invoice is not None and None not in (recipient.email, recipient.mobile, recipient.national_id)


def bench_channels(
    document: Document, artifacts: Mapping[ArtifactKind, Artifact], documents: int
) -> Iterator[ChannelCost]:
    """Measure CPU milliseconds of `prepare` and `send` per document, one connection kept."""
    with stand_ins() as tables:
        for title, (name, table) in tables.items():
            channel = CHANNELS[name].open(name, table, Mode.SANDBOX)
            with contextlib.closing(channel):
                about = _in_norway(document) if name == "digipost" else document
                yield _measured(title, channel, about, artifacts, documents)


def _in_norway(document: Document) -> Document:
    """The same document to a user of the Digipost simulator."""
    number = NationalId(country_code="NO", value="02018023833")
    return document.model_copy(update={"recipient": document.recipient.model_copy(update={"national_id": number})})


def _measured(
    title: str,
    channel: Channel,
    document: Document,
    artifacts: Mapping[ArtifactKind, Artifact],
    documents: int,
) -> ChannelCost:
    at = dt.datetime.now(dt.UTC)
    prepared: list[float] = []
    sent: list[float] = []
    for number in range(WARM_UP + documents):
        key = hashlib.sha256(f"{title} {number}".encode()).hexdigest()
        begun = time.process_time_ns()
        consignment = channel.prepare(Order(document, artifacts, key, at))
        frozen = time.process_time_ns()
        channel.send(consignment)
        prepared.append((frozen - begun) / 1e6)
        sent.append((time.process_time_ns() - frozen) / 1e6)
    return ChannelCost(
        title, statistics.median(prepared[WARM_UP:]), statistics.median(sent[WARM_UP:]), documents=documents
    )


@contextlib.contextmanager
def stand_ins() -> Generator[dict[str, tuple[str, dict[str, object]]]]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    there.close()
    try:
        yield here.recv()
    finally:
        here.close()  # ends the other side
        process.join(10)


def _serve(pipe: Connection) -> None:
    """Run the stand-ins until the other side goes away."""
    from vaxel_simulators import (
        DigipostSimulator,
        ElksSimulator,
        KivraSimulator,
        LinkMobilitySimulator,
        MailSimulator,
        MyPagesSimulator,
    )

    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    mail = MailSimulator(dkim_keys={"bench._domainkey.nordljus.example": record})
    moments = itertools.count()
    start = dt.datetime.now(dt.UTC)

    def clock() -> dt.datetime:
        """Two seconds later each time, since one recipient gets 50 contents a minute."""
        return start + dt.timedelta(seconds=2 * next(moments))

    with (
        KivraSimulator(clock=clock) as kivra,
        DigipostSimulator() as digipost,
        MyPagesSimulator() as pages,
        ElksSimulator() as elks,
        LinkMobilitySimulator() as link,
        mail,
    ):
        text: dict[str, object] = {"sender_name": "Nordljus"}
        smtp: dict[str, object] = {
            "host": mail.host,
            "port": mail.port,
            "security": "none",
            "domain": "nordljus.example",
        }
        pipe.send(
            {
                "Kivra": (
                    "kivra",
                    {
                        "base_url": kivra.url,
                        "client_id": kivra.client_id,
                        "client_secret": kivra.client_secret,
                        "tenant_key": kivra.tenant_key,
                        "sandbox": False,
                    },
                ),
                "Digipost": (
                    "digipost",
                    {
                        "base_url": digipost.url,
                        "sender_id": digipost.user_id,
                        "private_key": digipost.private_key,
                    },
                ),
                "My pages": ("my_pages", {"base_url": pages.url, "secret": pages.secret}),
                "E-mail": ("email", smtp),
                "E-mail with DKIM": ("email", {**smtp, "dkim_selector": "bench", "dkim_key": pem}),
                "SMS (46elks)": (
                    "sms",
                    {**text, "base_url": elks.url, "username": elks.username, "password": elks.password},
                ),
                "SMS (LINK Mobility)": (
                    "sms",
                    {
                        **text,
                        "provider": "link_mobility",
                        "base_url": link.url,
                        "username": link.username,
                        "password": link.password,
                        "platform_id": link.platform_id,
                        "platform_partner_id": link.platform_partner_id,
                    },
                ),
            }
        )
        with contextlib.suppress(EOFError):
            pipe.recv()
