"""What is known of a pack's pages: places of the document, shapes of blocks, kinds of pages; plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

TITLE, AUTHOR = b"\x00title\x00", b"\x00author\x00"


class Role(StrEnum):
    """What an element is to pagination."""

    THROUGH = "through"
    """The root or the body: its children stand on the page."""
    CONTAINER = "container"
    """A box without borders and paddings that may be divided between its children."""
    BLOCK = "block"
    """What stands on one page or on the next, whole."""
    OUT = "out"
    """Placed by its position on the first page, and taking no room."""
    STAGE = "stage"
    """A box of a fixed height in which everything is placed by its position, each part for itself."""
    BESIDE = "beside"
    """A box that is not divided, whose parts stand beside each other: the highest of them says how high it is."""
    PART = "part"
    """Such a part, known for itself."""
    STACK = "stack"
    """Such a part that draws nothing and holds pieces, one below the other."""
    PIECE = "piece"
    """A piece of a stack, known for itself."""
    TABLE = "table"
    """A table that may be divided between its rows, its head repeated."""
    HEAD = "head"
    """The rows that every page's part of a table begins with."""
    BODY = "body"
    ROW = "row"
    NOTHING = "nothing"
    """What draws nothing: columns of a table, what is not displayed."""
    UNSUITED = "unsuited"
    """What can only be set by setting it."""


OF_NO_FLOW = frozenset({Role.OUT, Role.PART, Role.STACK, Role.PIECE})
"""What does not stand on the page below what is before it."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Margins above and below a box in pixels, None where they cannot be said, and what it says of breaks there."""

    above: float | None
    below: float | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    stays: bool = False
    """Whether the margin above stays where a page begins with the box, as WeasyPrint has it on pages with a name."""


@dataclass(slots=True)
class Place:
    """An element, known by its tag, what is before it and what it is in; `why` it is unsuited, where it is."""

    number: int
    role: Role
    tag: str
    structure: bytes = b""
    why: str = ""
    flows: dict[str, int] = field(default_factory=dict[str, int])
    """By the tag within it that holds its words, if any, the number of the flow that sets them in any lines."""
    edges: Edges | None = None
    divided: tuple[int, int] | None = None
    """Of a paragraph that may end on the next page: how many lines are left at least, and how many go on."""
    twin: int = 0
    """The number of a place that looks alike, whose shapes are this one's, too; its own where there is none."""
    children: dict[tuple[str, str], "Place"] = field(default_factory=dict[tuple[str, str], "Place"])

    @property
    def levels(self) -> "Iterator[tuple[Place, int]]":
        """This place and all in it, each with how many it is in, itself counted."""
        yield self, 1
        for child in self.children.values():
            for place, level in child.levels:
                yield place, level + 1

    @property
    def name(self) -> str:
        """As a designer would say it."""
        return self.tag.replace(' alt=""', "")


@dataclass(frozen=True, slots=True)
class Face:
    """A font at a size with features; `style` is what WeasyPrint's line breaking asks of it."""

    file: str
    """The digest of the font's file."""
    name: bytes
    """The resource's name, which WeasyPrint derives from family and weight."""
    size: float
    features: tuple[tuple[str, int], ...]
    style: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class FontNames:
    """What a font's descriptor says."""

    base: bytes
    family: str
    flags: int
    ascent: int
    descent: int
    upem: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for words in a block's markup: set anew in its face and width, or only known as it was (`face` None).

    A `silent` one is an attribute, whose words move nothing.
    """

    face: int | None
    available: float = 0.0
    wraps: bool = True
    silent: bool = False


# What a fragment is made of. `dys` are heights from the block's top, each used as often as `order` says.


@dataclass(frozen=True, slots=True)
class Raw:
    """Operators as they are, with the state they leave: (slot, operator), None where they forget it."""

    form: bytes
    dys: tuple[float, ...]
    order: tuple[int, ...]
    leaves: tuple[tuple[int, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Want:
    """A colour or opacity, written where it is another than the last."""

    slot: int
    operator: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words: those of slot `slot`, of its line `line`; `slot` -1 for words of the style sheet's own."""

    mark: int
    slot: int
    line: int
    face: int
    anchor: str
    x: float
    dy: float
    opacity: bytes
    colour: bytes
    words: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """The beginning of marked content; what follows ends it."""

    mark: int
    tag: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the document's own, drawn anew at its place, in a size in pixels.

    `faces` are for each weight of its words the face and the operator that chooses it.
    """

    address: str
    width: float
    height: float
    faces: tuple[tuple[str, int, bytes], ...] = ()


Item = Raw | Want | Line | Begin | Picture


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the element it is in, its box (x, dy, x, dy in points of the page) and the rest of its dictionary."""

    node: int
    left: float
    top: float
    right: float
    bottom: float
    rest: bytes


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark; `slot` says its words."""

    level: int
    slot: int
    x: float
    dy: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One block in one number of lines: how high it is, what it draws, and its part of the structure tree.

    `structure` are dictionaries, one a line, with a place for each of `references`: numbers into a list of the page,
    the parent, the table around, each marked content, each element, each link, each of `boxes` and of `alternatives`.
    `marked_in` is for each marked content the element it is in.
    """

    height: float
    reach: float
    slack: float
    back: tuple[Item, ...]
    borders: tuple[Item, ...]
    text: tuple[Item, ...]
    positioned: tuple[Item, ...]
    structure: bytes
    references: tuple[int, ...]
    nodes: int
    roots: tuple[int, ...]
    marked_in: tuple[int, ...]
    boxes: tuple[float, ...]
    """Heights of pictures' boxes."""
    alternatives: tuple[int, ...]
    """Slots with the words for pictures."""
    links: tuple[Link, ...]
    bookmarks: tuple[Bookmark, ...]
    sets: tuple[tuple[str, int], ...]
    """Names of running words and the slots that set them."""
    fixed: float | None
    """The only height on its page at which the block is known."""
    inner: float = 0.0
    """How far below its top the parts begin that stand in it, which are not in its height."""
    margins: tuple[float, float] = (0.0, 0.0)
    """Of a piece: above and below it, with those of what begins and ends it."""


Style = tuple[tuple[str, object], ...]
"""What WeasyPrint's setting of lines asks of a style, as plain values."""
Way = tuple[str, ...]
"""The tags around words in a paragraph, from the outside, without the paragraph's own."""


@dataclass(frozen=True, slots=True)
class Words:
    r"""How words within certain tags of a paragraph are set and drawn.

    `before` is what is drawn before them, as a line under them: from the height of their feet, and with `\x01` and
    `\x02` for where they begin and end.
    """

    style: Style
    face: int
    opacity: bytes
    colour: bytes
    before: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """A tag within a paragraph: how it is set, its element in the structure tree, and whether it is a link."""

    style: Style
    element: bytes
    linked: bool


@dataclass(slots=True)
class Flow:
    """A paragraph whose lines are set anew: where they begin, how wide they are, what is known of tags in it.

    `above` and `below` are from the block's top to its first line, and from its last one to its foot. `marker` is what
    is drawn for an item of a list; a `Line` in it without words says the item's number.
    """

    left: float
    width: float
    above: float
    below: float
    slack: float
    style: Style
    element: bytes
    """Of the structure tree; within the item of a list that of its body."""
    marker: tuple[Item, ...]
    level: int
    """Of its bookmark; 0 for none."""
    place: tuple[float, float]
    """Of its bookmark, from the page's left edge and from the block's top."""
    words: dict[Way, Words] = field(default_factory=dict[Way, Words])
    around: dict[Way, Around] = field(default_factory=dict[Way, Around])
    link: bytes = b""
    r"""A link's dictionary without its box, with `\x01` for its address."""


@dataclass(slots=True)
class Markup:
    """A block's markup without its words: which of them are free, and the shapes by lines and by bound words."""

    slots: tuple[Slot, ...]
    shapes: dict[tuple[object, ...], Shape] = field(default_factory=dict[tuple[object, ...], Shape])
    why: str = ""


@dataclass(frozen=True, slots=True)
class MarginLine:
    """A box in the page's margin: its parts are words, running words ("name", "keyword"), the page and the pages."""

    keyword: str
    parts: tuple[tuple[str, str, str], ...]
    available: float
    breaks: bool


@dataclass(slots=True)
class PageKind:
    """A first page or another one, of one kind of body: its measures, its margins, what encloses its content."""

    width: float
    height: float
    top: float
    bottom: float
    before: bytes
    between: bytes
    after: bytes
    margins: tuple[MarginLine, ...]
    shapes: dict[tuple[str, int], Shape] = field(default_factory=dict[tuple[str, int], Shape])


@dataclass(slots=True)
class Program:
    """Everything that is known; `key` is the digest of all it depends on."""

    key: str
    root: Place
    heads: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    faces: list[Face] = field(default_factory=list[Face])
    fonts: dict[bytes, FontNames] = field(default_factory=dict[bytes, FontNames])
    markups: dict[tuple[int, str], Markup] = field(default_factory=dict[tuple[int, str], Markup])
    gaps: dict[tuple[int, int], tuple[float, bool]] = field(default_factory=dict[tuple[int, int], tuple[float, bool]])
    """Between two blocks, in pixels, and whether they want to stay together."""
    starts: dict[tuple[int, int], float] = field(default_factory=dict[tuple[int, int], float])
    """Of a page's first block, from the page's top, by its place and how much begins with it; 0: on the first page."""
    openings: dict[tuple[int, int], bool] | None = None
    """What of that was compared, where anything was: nothing else begins a page then."""
    bodies: dict[int, tuple[tuple[str, int], ...]] = field(default_factory=dict[int, tuple[tuple[str, int], ...]])
    """Running words that a body sets, and the slots of its tag that say them."""
    pages: dict[tuple[int, bool], PageKind] = field(default_factory=dict[tuple[int, bool], PageKind])
    metadata: bytes = b""
    """XMP, with TITLE and AUTHOR where they are said."""
    producer: str = ""
    objects: tuple[bytes, ...] = ()
    """What every file has alike: colour profile, output intent; references as `%d 0 R` of its own numbering."""
    places: int = 1
    images: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict[bytes, tuple[bytes, ...]])
    """Pictures of pixels by their names: each with what hangs on it, references as in `objects`."""
    flows: list[Flow] = field(default_factory=list[Flow])
    inner_flows: dict[tuple[int, str], int] = field(default_factory=dict[tuple[int, str], int])
    """By a flow, and by a tag that holds the words where it is there, which flow sets them then; -1 for several."""
    grey: "Program | None" = None
    """The same pack's pages for ink of one colour, which another style sheet sets."""
