"""Which pack renders a sender's documents: the working one, or the published version its batch began with."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vaxel.settings import Settings
from vaxel_engine import packs
from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_engine.packs import Pack
from vaxel_engine.packs.programs import kept_program
from vaxel_engine.packs.store import approver_of, live_version


class Brands:
    """The packs of the senders that are set up; each is read once, and kept for as long as the switch is open.

    A program that is made meanwhile (`vaxel compile`) is used from the next document on.
    """

    def __init__(self, chosen: Settings) -> None:
        self._settings = chosen
        self._kept: dict[tuple[str, str | None], Pack] = {}
        self._programs: dict[tuple[str, str | None], tuple[int, int] | None] = {}

    def check(self) -> None:
        """Read each sender's pack, so that a wrong one stops the switch before it could fail every document.

        Raises:
            Misconfigured: a pack is wrong or, where only published ones render, not published; the sentence says which.
        """
        for name, sender in self._settings.senders.items():
            try:
                self.pack(sender.brand, None)
            except VaxelError as error:
                raise Misconfigured(f"{self._settings.source}, sender.{name}.brand: {error}") from error

    def live_versions(self) -> dict[str, str] | None:
        """What a batch that begins now is rendered with to its end, by brand; None where working packs render."""
        if not self._settings.packs.only_published:
            return None
        brands = {sender.brand for sender in self._settings.senders.values()}
        return {brand: live_version(brand, self._settings.packs.store) for brand in sorted(brands)}

    def pack(self, brand: str, began_with: Mapping[str, str] | None) -> Pack:
        """The pack of a brand: as published when the batch began, else as it is now.

        Raises:
            Misconfigured: there is no such pack or version, its place in the store was changed, or live mode is asked
                to render what nobody approved.
            TemplateError: a file of the working pack is wrong.
        """
        place = self._settings.packs
        version = (began_with or {}).get(brand)
        if version is None and place.only_published:
            version = live_version(brand, place.store)
        key = (brand, version)
        if key not in self._kept:
            if version is None:
                self._kept[key] = packs.load(brand, working_roots(place.folder))
            else:
                if self._settings.mode == "live" and approver_of(brand, place.store, version) is None:
                    raise Misconfigured(
                        f'nobody approved {version} of the brand "{brand}", and live mode renders what was approved; '
                        f"run `vaxel approve {brand}`, then `vaxel publish {brand}`"
                    )
                every = self._settings.rendering.compare_one_in
                self._kept[key] = replace(packs.load_published(brand, place.store, version), compared_one_in=every)
                self._programs[key] = _stamp(self._kept[key].program_place)
        elif (place_of := self._kept[key].program_place) is not None and _stamp(place_of) != self._programs[key]:
            self._programs[key] = _stamp(place_of)
            self._kept[key] = replace(self._kept[key], program=kept_program(place_of))
        return self._kept[key]

    def in_use(self) -> dict[str, Pack]:
        """The published packs that were used last, by brand."""
        return {brand: pack for (brand, _), pack in self._kept.items() if pack.program_place is not None}


def _stamp(place: Path | None) -> tuple[int, int] | None:
    """What is another when a program is; None where there is none."""
    try:
        told = place.stat() if place is not None else None
    except OSError:
        return None
    return None if told is None else (told.st_mtime_ns, told.st_size)


def working_roots(folder: Path | None) -> tuple[Path, ...]:
    """Where working packs are looked for: a folder of one's own, then those that come with Vaxel, which it may extend.

    Raises:
        Misconfigured: the folder is not there.
    """
    if folder is None:
        return (packs.packs(),)
    if not folder.is_dir():
        raise Misconfigured(f"{folder} is not a folder of packs; name the folder that holds the brands' folders")
    return (folder, packs.packs())
