"""Blocks of many documents learned at once: those that are not known, gathered into one document that has them all.

Filling the templates costs a hundredth of setting a document. So many documents are filled and read, only what is new
in them is kept, and WeasyPrint sets the new blocks of dozens of documents together: each stands again where a block of
its kind stands in the document of some host.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vaxel_engine.compiled.edges import between
from vaxel_engine.compiled.miss import Miss
from vaxel_engine.compiled.program import Place, Role
from vaxel_engine.compiled.reading import AFRESH, AGAIN, Block, collapsed, read
from vaxel_engine.compiled.searching import Paper
from vaxel_engine.compiled.setting import Setter

MOST = 120
"""Blocks that are set together."""
_ADDRESS = re.compile(r'src="(document:[^"]*)"')
_WEIGHT = re.compile(r"<text [^>]*?(?:font-weight=\"(\d+)\")?>")
_PARTS = frozenset({Role.PART, Role.STACK, Role.PIECE})
_Pictures = tuple[tuple[str, frozenset[str]], ...]


@dataclass(slots=True)
class _Found:
    """A block as it is written, and of which pictures it makes use, by their words' weights."""

    written: str
    pictures: _Pictures


@dataclass(frozen=True, slots=True)
class _Copy:
    """A block to be set at a place that it may not have been seen at."""

    place: Place
    found: _Found


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a block can stand again in a host: behind what ends at `ends`, between `before` and `after`."""

    ends: int
    before: str = ""
    after: str = ""
    afresh: bool = False
    """Whether it has to begin a page, since it wants to stay with what is before it."""

    def written(self, copy: _Copy) -> str:
        """A block as it stands again: the tag of a row may be that of another row."""
        if self.before:
            return AGAIN + self.before + copy.found.written + self.after
        at = copy.found.written.index(">")
        tag = copy.place.tag[:-1] if copy.place.role is Role.ROW else copy.found.written[:at]
        return AGAIN + _fresh(tag, afresh=self.afresh) + copy.found.written[at:]


@dataclass(slots=True)
class _Host:
    """A document in which blocks stand again, and where those of each place can."""

    paper: Paper
    text: str
    spots: dict[int, _Spot]
    is_known: bool | None = None
    """Whether the program sets it, once that was asked."""

    def holds(self, copy: _Copy) -> bool:
        """Whether a block can stand again in it."""
        return copy.place.number in self.spots and _has(self.paper.pictures, copy.found.pictures)

    def in_order(self, copies: Iterable[_Copy]) -> list[_Copy]:
        """Blocks in the order in which they stand on its sheet."""
        return sorted(copies, key=lambda copy: self.spots[copy.place.number].ends)

    def sheet(self, copies: Iterable[_Copy]) -> Paper:
        """The document with blocks standing again."""
        html, at = "", 0
        for copy in self.in_order(copies):
            spot = self.spots[copy.place.number]
            html += self.text[at : spot.ends] + spot.written(copy)
            at = spot.ends
        name = f"blocks like those of {self.paper.name}"
        return Paper(name, html + self.text[at:], self.paper.pictures, grey=self.paper.grey, again=True)


@dataclass(slots=True)
class Gathering:
    """Blocks that a program does not know yet, and documents to set them in."""

    setter: Setter
    _wanted: dict[tuple[object, ...], _Copy] = field(default_factory=dict[tuple[object, ...], _Copy])
    """What is not known, by what it would be known by."""
    _set: list[_Copy] = field(default_factory=list[_Copy])
    """What was set together."""
    _hosts: dict[int, list[_Host]] = field(default_factory=dict[int, list[_Host]])
    _places: dict[tuple[str, ...], dict[int, Place]] = field(default_factory=dict[tuple[str, ...], dict[int, Place]])
    """By the tags that a block is in: the places where such a block was seen."""
    _markups: dict[tuple[str, ...], dict[str, _Found]] = field(default_factory=dict[tuple[str, ...], dict[str, _Found]])
    """By the same tags: an example of each markup."""

    def look(self, paper: Paper) -> bool:
        """Take up what is not known in a document; answers whether something was. Raises Miss for new places."""
        done = read(paper.html, self.setter.program)
        anything = False
        text, pictures = collapsed(paper.html), paper.pictures
        for block in done.blocks:
            if self.setter.flows(block):
                continue
            key = unknown(self.setter, block)
            anything = anything or key is not None
            if not block.ends or block.frame.place.role is Role.HEAD:
                continue  # a head stands once in its table
            within = _within(block)
            self._places.setdefault(within, {})[block.place.number] = block.place
            examples = self._markups.setdefault(within, {})
            found = None
            if block.key[1] not in examples:
                found = examples[block.key[1]] = _Found(text[block.at : block.ends], _pictures(block, pictures))
            if key is not None and key not in self._wanted:
                found = found or _Found(text[block.at : block.ends], _pictures(block, pictures))
                self._wanted[key] = _Copy(block.place, found)
            self._host(block, done.blocks, text, paper)
        return anything

    def spread(self) -> None:
        """Take up what was seen in one kind of documents for all others in which such a block was seen."""
        for within, places in self._places.items():
            for place in places.values():
                known = [text for number, text in self.setter.program.markups if number == place.twin]
                cells = {text.count("<td") for text in known} if place.role is Role.ROW else None
                for markup, found in self._markups[within].items():
                    key = place.twin, markup
                    if markup not in known and (cells is None or markup.count("<td") in cells):
                        self._wanted.setdefault(key, _Copy(place, found))

    def __len__(self) -> int:
        return len(self._wanted)

    def gathered(self) -> Iterator[Paper]:
        """What was gathered, and forget it: documents in which blocks stand again."""
        left = list(self._wanted.values())
        self._wanted.clear()
        for host, copies in self._shared_out(left, self._all_hosts()):
            self._set += copies
            yield host.sheet(copies)

    def proofs(self) -> Iterator[Paper]:
        """Documents that the program sets, in which everything stands again that was set together and is known."""
        for host, copies in self._shared_out(self._set, [one for one in self._all_hosts() if self._sets(one)]):
            yield from self._proofs(host, self._known(host, copies))

    def _proofs(self, host: _Host, copies: list[_Copy]) -> Iterator[Paper]:
        """Sheets with these blocks: fewer where the program leaves it to WeasyPrint how they stand on their pages."""
        if not copies:
            return
        sheet = host.sheet(copies)
        try:
            self.setter.laid(sheet.html, again=True)
            yield sheet
        except Miss:
            half = len(copies) // 2
            if half:
                yield from self._proofs(host, copies[:half])
                yield from self._proofs(host, copies[half:])

    def _known(self, host: _Host, copies: list[_Copy]) -> list[_Copy]:
        """Those of the blocks on a sheet that have a shape, and whose parts have."""
        sheet = host.sheet(copies)
        text = collapsed(sheet.html)
        in_order, at, is_copy = host.in_order(copies), -1, False
        unknown_ones: set[int] = set()
        for block in read(sheet.html, self.setter.program, again=True).blocks:
            if block.place.role not in _PARTS:
                is_copy = text.startswith(AGAIN, block.at - len(AGAIN))
                at += is_copy
            if is_copy and not self.setter.knows(block):
                unknown_ones.add(at)
        return [copy for at, copy in enumerate(in_order) if at not in unknown_ones]

    def _sets(self, host: _Host) -> bool:
        if host.is_known is None:
            try:
                self.setter.laid(host.text)
                host.is_known = True
            except Miss:
                host.is_known = False
        return host.is_known

    def _host(self, block: Block, blocks: list[Block], text: str, paper: Paper) -> None:
        hosts = self._hosts.setdefault(block.place.number, [])
        weights = _pictures(block, paper.pictures)
        if any(_has(host.paper.pictures, weights) for host in hosts):
            return
        host = _Host(paper, text, _spots(blocks, text))
        for number in host.spots:
            self._hosts.setdefault(number, []).append(host)

    def _all_hosts(self) -> list[_Host]:
        return list({id(one): one for hosts in self._hosts.values() for one in hosts}.values())

    def _shared_out(self, copies: list[_Copy], hosts: list[_Host]) -> Iterator[tuple[_Host, list[_Copy]]]:
        """Blocks with the hosts that they stand in, of which each time the one is taken that holds most of them."""
        left = dict(enumerate(copies))
        while left and hosts:
            held = {id(host): [at for at, copy in left.items() if host.holds(copy)] for host in hosts}
            host = max(hosts, key=lambda one: len(held[id(one)]))
            chosen = held[id(host)][:MOST]
            if not chosen:
                return
            yield host, [left.pop(at) for at in chosen]


def _spots(blocks: list[Block], text: str) -> dict[int, _Spot]:
    """Where blocks can stand again: each behind the last one of its place, parts within a box of their own."""
    spots: dict[int, _Spot] = {}
    around: Block | None = None
    for block in blocks:
        if not block.ends:
            continue
        if block.place.role in _PARTS and around is not None:
            tag_ends = text.index(">", around.at)
            tag = _fresh(text[around.at : tag_ends], afresh=_is_kept(around))
            before, after = tag + text[tag_ends : block.at], text[block.ends : around.ends]
            spots[block.place.number] = _Spot(around.ends, before, after)
        else:
            around = block
            spots[block.place.number] = _Spot(block.ends, afresh=_is_kept(block))
    return spots


def _is_kept(block: Block) -> bool:
    """Whether a block wants to stay with another one of its kind before it."""
    known = between(block, block)
    return known is not None and known[1]


def _fresh(tag: str, *, afresh: bool) -> str:
    return tag + AFRESH if afresh and " style=" not in tag else tag


def _within(block: Block) -> tuple[str, ...]:
    """The tags that a block is in, without the body's, and its own but for a row: that of the last one may differ."""
    tags = [] if block.place.role is Role.ROW else [block.place.tag]
    frame = block.frame
    while frame.parent is not None:
        tags.append(frame.place.tag)
        frame = frame.parent
    return tuple(tags)


def unknown(setter: Setter, block: Block) -> tuple[object, ...] | None:
    """What a block would be known by that is not known; None for one that is known, or known not to be suited."""
    markup = setter.program.markups.get(block.key)
    if markup is None:
        return block.key
    if markup.why:
        return None
    try:
        lines = setter.lines_of(markup, block)
    except Miss:
        return None
    return None if lines in markup.shapes else (*block.key, lines)


def _pictures(block: Block, pictures: Mapping[str, str]) -> _Pictures:
    return tuple((address, _weights(pictures.get(address, ""))) for address in _ADDRESS.findall(block.markup))


def _has(pictures: Mapping[str, str], wanted: _Pictures) -> bool:
    return all(address in pictures and _weights(pictures[address]) == weights for address, weights in wanted)


def _weights(picture: str) -> frozenset[str]:
    return frozenset(_WEIGHT.findall(picture))
