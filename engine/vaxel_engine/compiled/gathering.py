"""Blocks of many documents learned at once: those that are not known, gathered into one document that has them all.

Filling the templates costs a hundredth of setting a document. So many documents are filled and read, only what is new
in them is kept, and WeasyPrint sets the new blocks of dozens of documents together: each stands again where a block of
its kind stands in the document of some host.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vaxel_engine.compiled.miss import Miss
from vaxel_engine.compiled.program import Place, Role
from vaxel_engine.compiled.reading import AGAIN, Block, collapsed, read
from vaxel_engine.compiled.searching import Paper
from vaxel_engine.compiled.setting import Setter

MOST = 120
"""Blocks that are set together."""
_ADDRESS = re.compile(r'src="(document:[^"]*)"')
_WEIGHT = re.compile(r"<text [^>]*?(?:font-weight=\"(\d+)\")?>")


@dataclass(slots=True)
class _Found:
    """A block that is not known: as it is written, and of which pictures it makes use, by their words' weights."""

    written: str
    pictures: tuple[tuple[str, frozenset[str]], ...]

    def written_at(self, place: Place) -> str:
        """The block as it stands at a place: the tag of a row may be that of another row."""
        return place.tag + self.written[self.written.index(">") + 1 :] if place.role is Role.ROW else self.written


@dataclass(slots=True)
class _Host:
    """A document in which blocks stand again; `ends` says for each place where its last block ends."""

    name: str
    html: str
    pictures: dict[str, str]
    ends: dict[int, int]


@dataclass(slots=True)
class Gathering:
    """Blocks that a program does not know yet, and documents to set them in."""

    setter: Setter
    _found: dict[tuple[object, ...], tuple[int, _Found]] = field(
        default_factory=dict[tuple[object, ...], tuple[int, _Found]]
    )
    _hosts: dict[int, list[_Host]] = field(default_factory=dict[int, list[_Host]])
    _places: dict[tuple[str, ...], dict[int, Place]] = field(default_factory=dict[tuple[str, ...], dict[int, Place]])
    """By the tags that a block is in: the places where such a block was seen."""
    _by_number: dict[int, Place] = field(default_factory=dict[int, Place])
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
            self._by_number[block.place.number] = block.place
            examples = self._markups.setdefault(within, {})
            found = None
            if block.key[1] not in examples:
                found = examples[block.key[1]] = _Found(text[block.at : block.ends], _pictures(block, pictures))
            if key is not None and key not in self._found:
                found = found or _Found(text[block.at : block.ends], _pictures(block, pictures))
                self._found[key] = block.place.number, found
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
                        self._found.setdefault(key, (place.number, found))

    def __len__(self) -> int:
        return len(self._found)

    def gathered(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """What was gathered, and forget it: the name of a host, HTML with blocks standing again, and its pictures."""
        while self._found:
            host, keys = self._fullest()
            if host is None:
                break
            there: dict[int, list[str]] = {}
            for key in keys[:MOST]:
                number, found = self._found.pop(key)
                there.setdefault(host.ends[number], []).append(AGAIN + found.written_at(self._by_number[number]))
            html, at = "", 0
            for ends in sorted(there):
                html += host.html[at:ends] + "".join(there[ends])
                at = ends
            yield host.name, html + host.html[at:], host.pictures
        self._found.clear()

    def _host(self, block: Block, blocks: list[Block], text: str, paper: Paper) -> None:
        hosts = self._hosts.setdefault(block.place.number, [])
        weights = _pictures(block, paper.pictures)
        if any(_has(host.pictures, weights) for host in hosts):
            return
        ends = {one.place.number: one.ends for one in blocks if one.ends}
        host = _Host(paper.name, text, paper.pictures, ends)
        for number in ends:
            self._hosts.setdefault(number, []).append(host)

    def _fullest(self) -> tuple[_Host | None, list[tuple[object, ...]]]:
        """The host in which most of what was gathered can stand, and that."""
        best: tuple[_Host | None, list[tuple[object, ...]]] = None, []
        for host in {id(one): one for hosts in self._hosts.values() for one in hosts}.values():
            keys = [
                key
                for key, (number, found) in self._found.items()
                if number in host.ends and _has(host.pictures, found.pictures)
            ]
            if len(keys) > len(best[1]):
                best = host, keys
        return best


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


def _pictures(block: Block, pictures: Mapping[str, str]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((address, _weights(pictures.get(address, ""))) for address in _ADDRESS.findall(block.markup))


def _has(pictures: Mapping[str, str], wanted: tuple[tuple[str, frozenset[str]], ...]) -> bool:
    return all(address in pictures and _weights(pictures[address]) == weights for address, weights in wanted)


def _weights(picture: str) -> frozenset[str]:
    return frozenset(_WEIGHT.findall(picture))
