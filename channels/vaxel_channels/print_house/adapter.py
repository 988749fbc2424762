"""Two files to where the print house picks them up, the manifest last, and its answers out of it."""

import logging
from collections.abc import Callable, Iterator, Sequence

from vaxel_channels.contract import Capabilities, Consignment, Limit, Order, Reach, Receipt, Repeat, Report
from vaxel_channels.print_house import wire
from vaxel_channels.print_house.places import Folder, NotLetIn, Place
from vaxel_channels.print_house.settings import PrintHouseSettings
from vaxel_channels.print_house.sftp import SftpFolder, private_key
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.mailing.check import check_print
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status

_log = logging.getLogger(__name__)


class PrintHouse:
    """The channel to a print house, over a folder of this machine or SFTP; safe to use from several threads."""

    def __init__(self, settings: PrintHouseSettings) -> None:
        self._settings = settings
        self._rules = settings.rules
        self._place = _place_of(settings)
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
            weighs=self._settings.weight_steps,
            repeat=Repeat.DEDUPLICATES,
            delivered_means="the print house acknowledged the job as accepted",
            receipts="acknowledgement and returned-mail files, fetched",
            limits=(
                Limit("pages", self._rules.max_pages, source),
                Limit("bytes of the PDF", self._rules.max_bytes, source),
                Limit("grams of a letter", self._settings.weight_steps[-1], "settings"),
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
        weight = wire.grams((check.pages + 1) // 2 if self._settings.duplex else check.pages, self._settings)
        if wire.weight_class(weight, self._settings) is None:
            raise Refused(
                f"Print cannot take {about}: it weighs {weight} g and `weight_steps` ends at "
                f"{self._settings.weight_steps[-1]}; choose another channel or add a step."
            )
        manifest = wire.manifest(order, address, pdf, pages=check.pages, settings=self._settings)
        return Consignment(
            key=order.key,
            channel="print",
            address=wire.one_line(address),
            payload=pdf,
            details={"file": wire.pdf_name(order.key), "manifest": manifest},
        )

    def send(self, consignment: Consignment) -> Receipt:
        """Put the job there: PDF first, manifest last. A repeat writes the same names and the same bytes."""
        about = f"consignment {consignment.key[:12]}"
        place, manifest = self._place, consignment.details["manifest"].encode()
        name = wire.manifest_name(consignment.key)
        receipt = Receipt(status=Status.HANDED_OVER, reference=name, raw=manifest)
        try:
            if self._answered(consignment.key):
                return receipt  # it arrived before; a second job would be a second letter
            lying = place.read(name)
            if lying is not None and lying != manifest:
                raise Refused(
                    f"{place.title} holds another job under the name of {about}; find out how two documents came to "
                    "one key."
                )
            if lying is not None:
                return receipt  # it lies there whole, and waits to be picked up
            place.write(wire.pdf_name(consignment.key), consignment.payload)
            place.appear(wire.pdf_name(consignment.key))
            place.write(name, manifest)
        except OSError as error:
            raise Unreachable(_not_taken(place, about, error)) from error
        try:
            place.appear(name)
        except OSError as error:
            raise OutcomeUnknown(
                f"{place.title} failed while the manifest of {about} appeared "
                f"({error.strerror or type(error).__name__}): look whether {name} is there."
            ) from error
        return receipt

    def ask(self, consignment: Consignment) -> Receipt | None:
        """Whether the job lies there or was answered; a None may be handed over again, for a key prints once."""
        about = f"consignment {consignment.key[:12]}"
        manifest = consignment.details["manifest"].encode()
        name = wire.manifest_name(consignment.key)
        try:
            there = self._answered(consignment.key) or self._place.read(name) == manifest
        except OSError as error:
            raise Unreachable(_not_taken(self._place, about, error)) from error
        return Receipt(status=Status.HANDED_OVER, reference=name, raw=manifest) if there else None

    def cancel(self, consignment: Consignment) -> bool:
        """Take the job away while it lies there; False once the print house has picked it up.

        A print house takes the manifest away before it prints, so whoever is first has it.
        """
        about = f"consignment {consignment.key[:12]}"
        try:
            taken = self._place.remove(wire.manifest_name(consignment.key))
            if taken:
                self._place.remove(wire.pdf_name(consignment.key))
        except OSError as error:
            raise Unreachable(
                f"{self._place.title} did not say whether {about} still lies there "
                f"({error.strerror or type(error).__name__}); {self._place.remedy}, then try again."
            ) from error
        return taken

    def collect(self) -> Iterator[Report]:
        """Give the answers not given before by this object; after a restart all come again, harmlessly.

        One that cannot be read is left for the next time and named in the log.
        """
        try:
            yield from self._new(
                wire.ACKNOWLEDGEMENTS, lambda name: wire.key_of(name) is not None, wire.read_acknowledgement
            )
            yield from self._new(wire.RETURNED, wire.is_return, wire.read_return)
        except OSError as error:
            raise Unreachable(_not_taken(self._place, "the look for answers", error)) from error

    def close(self) -> None:
        """Let go of the place."""
        self._place.close()

    def _answered(self, key: str) -> bool:
        folder = wire.ACKNOWLEDGEMENTS
        return any(self._place.read(f"{folder}/{name}") is not None for name in wire.answer_names(key))

    def _new(self, folder: str, ours: Callable[[str], bool], read: Callable[[str, bytes], Report]) -> Iterator[Report]:
        for name in self._place.names(folder):
            if not ours(name) or name in self._collected:
                continue
            body = self._place.read(f"{folder}/{name}")
            try:
                report = read(name, body or b"")
            except ValueError as error:
                _log.warning("%s of the print house cannot be read yet (%s)", name, type(error).__name__)
                continue
            yield report
            self._collected.add(name)  # only now: who took it came back for the next


def _place_of(settings: PrintHouseSettings) -> Place:
    if settings.folder is not None:
        return Folder(settings.folder)
    if settings.private_key is not None:
        try:
            private_key(settings.private_key)
        except ValueError as error:
            raise Misconfigured(f"[channel.print] `private_key` {error}.") from None
    return SftpFolder(settings)


def _not_taken(place: Place, about: str, error: OSError) -> str:
    if isinstance(error, NotLetIn):
        return f"{place.title} did not let us in with {about}: {error}; nothing was handed over."
    why = error.strerror or (str(error) if isinstance(error, ConnectionError) else "") or type(error).__name__
    return f"{place.title} did not take {about} ({why}): nothing was handed over; {place.remedy}."
