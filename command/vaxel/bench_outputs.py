"""What `vaxel bench` prints with `--json`."""

from pydantic import Field

from vaxel.ledger_outputs import Output
from vaxel.routing_outputs import RoutingLine


class BenchLine(Output):
    """What one artifact kind costs."""

    kind: str
    cpu_ms: float = Field(ge=0, description="Median CPU milliseconds per artifact, warm process")
    bytes: int = Field(ge=0, description="Median size")
    documents: int = Field(ge=1)


class TogetherLine(Output):
    """All forms of one document, its facts found once, beside the mailbox PDF alone of others, in turn."""

    cpu_ms: float = Field(ge=0, description="Median CPU ms of all its forms, without the pictures of its charts")
    pdf_cpu_ms: float = Field(ge=0, description="Median CPU ms of the mailbox PDF alone")
    ratio: float = Field(ge=0, description="How many times what the PDF alone takes")
    pictures_cpu_ms: float = Field(ge=0, description="Of the pictures of its charts, for the mail and the bank")


class SizeLine(Output):
    """The mailbox PDF of bills of one length, by the way they take and by the reference path."""

    lines: int = Field(ge=1, description="Lines of each bill")
    documents: int = Field(ge=1)
    cpu_ms: float = Field(ge=0, description="Median CPU milliseconds by the way that documents take")
    reference_cpu_ms: float = Field(ge=0, description="By the reference path, in turn with it")
    ratio: float = Field(ge=0, description="Of sums: reference path to the way taken")
    hit_rate: float = Field(ge=0, le=1)
    misses: dict[str, int] = Field(description="Why documents took the reference path, and how many")
    forms: TogetherLine


class PressLine(Output):
    """What one artifact kind takes on the clock: in one process, by a kept worker of the press, by a new one."""

    kind: str
    here_ms: float = Field(ge=0, description="Median milliseconds in the process that asks, without a limit")
    kept_ms: float = Field(ge=0, description="By a worker that is kept, as published packs have it")
    new_ms: float = Field(ge=0, description="By a new worker, as anything unpublished has it")
    documents: int = Field(ge=1)


class ModelLine(Output):
    """What one step of reading and judging costs."""

    step: str = Field(description='"read", "read + model", "read + rules", "parse + rules", "official validator"')
    lines: int = Field(ge=1, description="Lines of the invoice")
    cpu_ms: float = Field(ge=0, description="Median CPU milliseconds per invoice, warm process")


class ChannelLine(Output):
    """What one hand-over costs, without the provider's work."""

    channel: str
    prepare_ms: float = Field(ge=0, description="Median CPU milliseconds to check and freeze one document")
    send_ms: float = Field(ge=0, description="Median CPU milliseconds to hand it over, one connection kept")
    documents: int = Field(ge=1)


class GuardLine(Output):
    """What one guarded case costs, in CPU seconds of all processes."""

    kind: str
    render: float = Field(ge=0, description="The bare render")
    shot: float | None = Field(ge=0, description="One bare browser shot; null for a PDF")
    guarded: float = Field(ge=0, description="Rendered, observed in every view, every oracle asked")


class WaitLine(Output):
    """What was waited for at the board, from the save of a file until it was painted, or beside it."""

    what: str
    median_ms: float = Field(ge=0, description="Median milliseconds on the clock")
    p95_ms: float = Field(ge=0, description="95th percentile; of fewer than twenty waits the longest")
    server_cpu_ms: float = Field(
        ge=0,
        description="Median CPU milliseconds of the server with its processes until all is up to date; 0 unmeasured",
    )
    times: int = Field(ge=1)


class PreviewBench(Output):
    """What a designer waits for at the preview's board, in a real browser."""

    waits: tuple[WaitLine, ...]
    ratio: float = Field(ge=0, description="The visible PDF page against bare render, raster and swap of the same run")
    word: str = Field(description="The shared word that was changed")
    refreshed: tuple[str, ...] = Field(description="The panes that were refreshed for it")
    refreshed_in_vain: tuple[str, ...] = Field(description="Those of them that show the same as before")
    missed: tuple[str, ...] = Field(description="Panes that should show the change and were not refreshed")


class DispatchLine(Output):
    """What dispatching costs beside reading, rendering and the channel."""

    documents: int
    cpu_ms: float = Field(description="CPU milliseconds per document, with those of the database's own process")
    first_ms: float = Field(description="Of the first tenth of the documents; 0 where there are too few to tell")
    last_ms: float = Field(description="Of the last tenth")
    chunk: int
    database: str


class WorkersLine(Output):
    """How many times as fast several workers are as one."""

    workers: int
    render_ms: float = Field(description="CPU milliseconds that rendering one document takes")
    one_seconds: float
    all_seconds: float
    times: float = Field(description="Median of the ratios")


class StageLine(Output):
    """What one stage of the pipeline costs per document."""

    stage: str = Field(description='"read", "check", "take in", "route", "render", "parity", "hand over", "archive"')
    cpu_ms: float = Field(ge=0, description="CPU milliseconds per document of this sender's side, all its processes")


class PipelineBench(Output):
    """A file taken from end to end, each document rendered for the channel it takes, to local stand-ins."""

    documents: int = Field(ge=1)
    workers: int = Field(ge=1, description="Processes that hand over, each with a press of its own")
    stages: tuple[StageLine, ...]
    cpu_ms: float = Field(ge=0, description="Of all stages but `check`, which a run does not do by itself")
    simulators_cpu_ms: float = Field(ge=0, description="Of the stand-ins, counted apart")
    channels: dict[str, int] = Field(description="How many documents took each channel")
    per_second: float = Field(ge=0, description="Documents a second on the clock, stand-ins beside")
    processors: int = Field(ge=1)
    by_processors: float = Field(ge=0, description="Documents a second if all processors did nothing else: from cpu_ms")
    first_ms: float = Field(ge=0, description="CPU ms per document of the first tenth that is handed over")
    last_ms: float = Field(ge=0, description="Of the last tenth")
    memory_first_mb: float = Field(ge=0, description="Memory of all its processes after the first tenth (PSS)")
    memory_last_mb: float = Field(ge=0, description="And at the end")
    paper: int = Field(ge=0, description="Print and mailbox PDFs, attached ones too")
    hit_rate: float = Field(ge=0, le=1, description="Of these the share that the block program set")
    misses: dict[str, int] = Field(description="Why the others took the reference path, and how many")
    miss_cpu_ms: float | None = Field(ge=0, description="CPU ms of one that did, of the first bills; null without one")
    start_cpu_ms: float = Field(
        ge=0, description="Once for each worker: processes and the first document of each channel, in no other figure"
    )


class PeerLine(Output):
    """What one engine takes for the same bill, in the same interleaved run."""

    engine: str
    lines: int = Field(ge=1, description="Lines of each bill")
    cpu_ms: float = Field(ge=0, description="Median CPU milliseconds per document, all processes of the engine")
    bytes: int = Field(ge=0, description="Median size of the PDF")
    pages: int = Field(ge=1)
    documents: int = Field(ge=1)
    hit_rate: float | None = Field(
        default=None, ge=0, le=1, description="Of Vaxel: the share without the reference path"
    )


class BenchOutput(Output):
    """What the commands of `bench` print; each fills its own part."""

    lines: tuple[BenchLine, ...] = Field(default=(), description="Of `render`: each form by itself")
    documents: int | None = Field(default=None, ge=1, description="Of `render`: bills of a mixture, each with new data")
    cpu_ms: float | None = Field(default=None, ge=0, description="Median CPU ms of a mailbox PDF by the way it takes")
    reference_cpu_ms: float | None = Field(default=None, ge=0, description="By the reference path, in turn with it")
    ratio: float | None = Field(default=None, ge=0, description="Of sums: reference path to the way taken")
    hit_rate: float | None = Field(default=None, ge=0, le=1, description="The share without the reference path")
    misses: dict[str, int] = Field(
        default_factory=dict[str, int], description="Why documents took the reference path, and how many"
    )
    hit_cpu_ms: float | None = Field(default=None, ge=0, description="Median of those that the program set")
    miss_cpu_ms: float | None = Field(default=None, ge=0, description="Median of those that it left")
    hit_ratio: float | None = Field(default=None, ge=0, description="Of sums, hits alone: reference path to program")
    taught: int | None = Field(
        default=None, ge=0, description="Other bills that the program had learned from; null for a published pack's"
    )
    forms: TogetherLine | None = Field(default=None, description="All forms of a bill of the mixture together")
    sizes: tuple[SizeLine, ...] = Field(default=(), description="The same of bills of one length each")
    pipeline: PipelineBench | None = None
    peers: tuple[PeerLine, ...] = ()
    press: tuple[PressLine, ...] = ()
    channels: tuple[ChannelLine, ...] = ()
    model: tuple[ModelLine, ...] = ()
    guard: tuple[GuardLine, ...] = ()
    preview: PreviewBench | None = None
    dispatch: DispatchLine | None = None
    workers: WorkersLine | None = None
    routing: RoutingLine | None = None
    ratios: dict[int, float] = Field(
        default_factory=dict[int, float],
        description="By lines of the invoice: how many times `parse + rules` the official validator takes",
    )
