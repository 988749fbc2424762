"""Two files into a folder, the manifest last, and acknowledgements out of it."""

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from vaxel_channels.contract import Capabilities, Consignment, Limit, Order, Reach, Receipt, Repeat, Report
from vaxel_channels.print_house import wire
from vaxel_channels.print_house.settings import PrintHouseSettings
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_engine.mailing.check import check_print
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status

ANSWER_CAP = 64_000
"""Bytes of an acknowledgement that are read."""

_log = logging.getLogger(__name__)


class PrintHouse:
    """The channel to a print house's drop folder; safe to use from several threads."""

    def __init__(self, settings: PrintHouseSettings) -> None:
        self._settings = settings
        self._rules = settings.rules
        self._collected: set[str] = set()

    @property
    def capabilities(self) -> Capabilities:
        """What paper carries; the same key writes the same two files, and the print house prints a key once."""
        source = "Pingen's print rules, read 2026-11-22; settings"
        return Capabilities(
            name="print",
            title="Print house",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.PRINT_PDF,),
            repeat=Repeat.DEDUPLICATES,
            delivered_means="the print house acknowledged the job as accepted",
            receipts="acknowledgement files, fetched",
            limits=(
                Limit("pages", self._rules.max_pages, source),
                Limit("bytes of the PDF", self._rules.max_bytes, source),
            ),
            printing=self._settings.printing,
            profile=self._rules.name,
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """A whole postal address is all that can be known beforehand."""
        return [Reach.HIT if wire.is_postal(one.postal_address) else Reach.NO_ADDRESS for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze PDF and manifest.

        Raises:
            Refused: no whole postal address, or a PDF that printers refuse.
        """
        about = f"document {order.document.reference}"
        address = order.document.recipient.postal_address
        if address is None or not wire.is_postal(address):
            raise Refused(f"Print cannot take {about}: it states no whole postal address; complete it.")
        pdf = order.artifacts[ArtifactKind.PRINT_PDF].body
        finished = order.document.pdf is not None
        check = check_print(pdf, self._rules, duplex=self._settings.duplex, pictures=finished)
        if check.refused:
            first, *others = check.refused
            more = f" (and {len(others)} more; vaxel check-print lists all)" if others else ""
            raise Refused(f"Print cannot take {about}: its PDF {first.what}; {first.remedy}{more}.")
        manifest = wire.manifest(order, address, pdf, pages=check.pages, settings=self._settings)
        return Consignment(
            key=order.key,
            channel="print",
            address=wire.one_line(address),
            payload=pdf,
            details={"file": wire.pdf_name(order.key), "manifest": manifest},
        )

    def send(self, consignment: Consignment) -> Receipt:
        """Put the job into the folder: PDF first, manifest last. A repeat writes the same names and the same bytes."""
        about = f"consignment {consignment.key[:12]}"
        folder = self._settings.folder
        manifest = consignment.details["manifest"].encode()
        manifest_path = folder / wire.manifest_name(consignment.key)
        receipt = Receipt(status=Status.HANDED_OVER, reference=wire.manifest_name(consignment.key), raw=manifest)
        try:
            if any((folder / wire.ACKNOWLEDGEMENTS / name).exists() for name in wire.answer_names(consignment.key)):
                return receipt  # it arrived before; a second job would be a second letter
            if _other_bytes(manifest_path, manifest):
                raise Refused(
                    f"The drop folder {folder} holds another job under the name of {about}; find out how two "
                    "documents came to one key."
                )
            _place(folder / wire.pdf_name(consignment.key), consignment.payload)
            _write(_part_of(manifest_path), manifest)
        except OSError as error:
            raise Unreachable(
                f"The drop folder {folder} did not take {about} ({error.strerror or type(error).__name__}): nothing "
                "was handed over; check that it is mounted, writable and has space."
            ) from error
        try:
            _part_of(manifest_path).replace(manifest_path)
            _flush_folder(folder)
        except OSError as error:
            raise OutcomeUnknown(
                f"The drop folder {folder} failed while the manifest of {about} appeared "
                f"({error.strerror or type(error).__name__}): look whether {manifest_path.name} is there."
            ) from error
        return receipt

    def collect(self) -> Iterator[Report]:
        """Give the acknowledgements not given before by this object; after a restart all come again, harmlessly.

        One that cannot be read is left for the next time and named in the log.
        """
        for path in _files_of(self._settings.folder / wire.ACKNOWLEDGEMENTS):
            if wire.key_of(path.name) is None or path.name in self._collected:
                continue
            try:
                report = wire.read_acknowledgement(path.name, _read(path))
            except (OSError, ValueError) as error:
                _log.warning("acknowledgement %s cannot be read yet (%s)", path.name, type(error).__name__)
                continue
            yield report
            self._collected.add(path.name)  # only now: who took it came back for the next

    def close(self) -> None:
        """Nothing is held between two jobs."""


def _place(path: Path, body: bytes) -> None:
    """Let a file appear whole or not at all, and outlive a power cut."""
    _write(_part_of(path), body)
    _part_of(path).replace(path)
    _flush_folder(path.parent)


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _write(path: Path, body: bytes) -> None:
    # Never through a link that somebody laid there; readable by the print house's group alone.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _other_bytes(path: Path, body: bytes) -> bool:
    try:
        return path.read_bytes() != body
    except FileNotFoundError:
        return False


def _files_of(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []  # the print house has answered nothing yet


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(ANSWER_CAP + 1)[:ANSWER_CAP]
