"""What commands print with `--json` about documents that were handed over, and about the stand-ins that took them."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Output(BaseModel):
    """A value printed as JSON; frozen, without surprises."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ArtifactLine(Output):
    """One artifact of one document."""

    kind: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the artifact's bytes")
    bytes: int = Field(ge=0)


class DocumentLine(Output):
    """What became of one record of the input."""

    document: str = Field(description="The sender's reference; for a rejected record `file#record`")
    recipient: str
    kind: str
    channel: str | None = Field(description="The channel of the last hand-over; null where there was none")
    status: str = Field(description='"delivered", "handed over", "accepted", "failed", "outcome unknown", …')
    reason: str = Field(description="Why this channel, or why not at all, in one sentence")
    artifacts: tuple[ArtifactLine, ...] = ()


class LedgerCounts(Output):
    """The line that closes."""

    in_: int = Field(alias="in", ge=0, description="Records read")
    delivered: int = Field(ge=0)
    waiting: int = Field(ge=0, description="Held, or handed over without the final word; includes `unknown`")
    failed: int = Field(ge=0)
    rejected: int = Field(ge=0, description="Never accepted at intake")
    cancelled: int = Field(ge=0)
    unknown: int = Field(ge=0, description="Of the waiting: the outcome of the hand-over is unknown")

    @property
    def closes(self) -> bool:
        """Whether in = delivered + waiting + failed + rejected + cancelled."""
        return self.in_ == self.delivered + self.waiting + self.failed + self.rejected + self.cancelled

    @property
    def sentence(self) -> str:
        """The closing line in the words of the ledger."""
        unknown = f" ({self.unknown} of them outcome unknown)" if self.unknown else ""
        equation = "closes" if self.closes else "does NOT close"
        return (
            f"in {self.in_} = delivered {self.delivered} + waiting {self.waiting}{unknown} + failed {self.failed} "
            f"+ rejected {self.rejected} + cancelled {self.cancelled}: the ledger {equation}."
        )


class LedgerOutput(LedgerCounts):
    """The line that closes, and the documents behind it: what `demo` and `send` print."""

    documents: tuple[DocumentLine, ...] = ()


class WentLine(Output):
    """Documents whose last hand-over went through one channel and stands at one word."""

    channel: str
    status: str
    documents: int = Field(ge=1)


class WaitsLine(Output):
    """Documents that wait for the same reason."""

    reason: str
    documents: int = Field(ge=1)
    next_due: AwareDatetime | None = Field(
        description="When the first is looked at again by itself; null where only news from outside, or a worker, helps"
    )


class BatchStanding(LedgerCounts):
    """How one batch stands; `went` and `waits` where it was asked for by name."""

    batch: str
    file: str
    state: str
    held: str | None = Field(default=None, description="Why it waits for a person")
    accepted_at: AwareDatetime
    went: tuple[WentLine, ...] = ()
    waits: tuple[WaitsLine, ...] = ()


class AlarmLine(Output):
    """Something that is out of its usual band at the moment."""

    what: str = Field(description='E.g. "register kivra", "paper nordljus", "ramp email …"')
    since: AwareDatetime
    sentence: str


class StatusOutput(Output):
    """What `status` prints: the newest batch first."""

    paused: tuple[str, ...] = Field(description="Channels that a person has stopped")
    webhooks: tuple[str, ...] = Field(default=(), description="A sentence for each webhook that is disabled")
    reports: tuple[str, ...] = Field(
        default=(), description="A sentence for each provider whose reports name no document of this ledger"
    )
    draining: tuple[str, ...] = Field(default=(), description="Channels that get what is ready for them, nothing new")
    alarms: tuple[AlarmLine, ...] = Field(default=(), description="What is out of its usual band, and what to do")
    batches: tuple[BatchStanding, ...]


class ReportedRecord(DocumentLine):
    """What became of one record, and when."""

    document_id: str | None = Field(description="Vaxel's own id; null for a rejected record")
    accepted_at: AwareDatetime
    handed_over_at: AwareDatetime | None
    final_at: AwareDatetime | None
    cost: str | None = Field(description="Of every hand-over that took place, by your prices; null where not known")
    currency: str | None


class ReportOutput(LedgerCounts):
    """What `report --json` prints: one batch, with every record in the file's order."""

    batch: str
    file: str
    documents: tuple[ReportedRecord, ...]


class CarriedLine(Output):
    """What one channel carried in the demo of every channel."""

    channel: str
    document: str
    status: str
    page: str = Field(description="Where its recipient sees it while the stand-ins are held up")


class ExplainedLine(Output):
    """One document that is worth asking about, and what `vaxel why` says of it."""

    document: str
    what: str
    tree: tuple[str, ...]


class PlannedLine(Output):
    """What `vaxel plan` says of the first file before it is sent; the plan tells much more."""

    file: str
    documents: int
    mix: dict[str, int] = Field(description="Documents by channel")
    amount: str
    currency: str
    prices: str


class DemoOutput(LedgerOutput):
    """The ledger's line, the plan before it and the reasons after it; with --all-channels what each channel carried."""

    channels: tuple[CarriedLine, ...] = ()
    planned: PlannedLine | None = None
    explained: tuple[ExplainedLine, ...] = ()


class StandInLine(Output):
    """One stand-in of a provider."""

    name: str
    address: str = Field(description="Where a channel reaches it")
    page: str = Field(description="What its recipients see")


class SimulatorsOutput(Output):
    """Every stand-in that is up, and the table of settings that leads each channel to it."""

    street: str = Field(description="The page that leads to all of them")
    stand_ins: tuple[StandInLine, ...]
    channels: dict[str, dict[str, str | int | float | bool]] = Field(description="[channel.NAME] for vaxel.toml")


class KeyLine(Output):
    """One key of the HTTP service, without its secret."""

    key: str = Field(description="Its id, also in the logs")
    sender: str = Field(description="The only sender it acts for")
    name: str
    state: str = Field(description='"valid", "expired" or "revoked"')
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class KeysOutput(Output):
    """What `keys create` and `keys list` print."""

    keys: tuple[KeyLine, ...]
    secret: str | None = Field(default=None, description="The new key's text, shown this once; null in a list")


class LeftLine(Output):
    """A document that had left, or was leaving, before it could be kept."""

    document: str
    document_id: str
    state: str


class MovedOutput(Output):
    """What `hold`, `release` and `cancel` print."""

    target: str = Field(description="What was meant")
    moved: int = Field(ge=0, description="Documents that were held, released or cancelled")
    left: tuple[LeftLine, ...] = Field(default=(), description="What it came too late for; the first 20")
    left_in_all: int = Field(default=0, ge=0)
    asked_back: int = Field(default=0, ge=0, description="Of those: a worker asks their providers to give them back")


class WebhookLine(Output):
    """One address that hears what happens, without its secret."""

    webhook: str = Field(description="Its id")
    url: str
    sender: str | None = Field(description="Whose HTTP batches it hears of; null: everything")
    types: tuple[str, ...] = Field(description="What it hears of; empty: everything")
    state: str = Field(description='"active" or "disabled"')
    why: str | None = Field(description="Why it is disabled")
    pending: int = Field(ge=0)
    delivered: int = Field(ge=0)
    given_up: int = Field(ge=0)
    next_due: AwareDatetime | None
    created_at: AwareDatetime


class TryLine(Output):
    """One try of one message."""

    message: str = Field(description="Its webhook-id")
    type: str
    at: AwareDatetime
    status: int | None
    said: str
    ms: int = Field(ge=0)


class WebhooksOutput(Output):
    """What `webhooks add`, `rotate`, `list` and `log` print."""

    webhooks: tuple[WebhookLine, ...]
    secret: str | None = Field(default=None, description="Shown this once, by add and rotate")
    tries: tuple[TryLine, ...] = Field(default=(), description="By log: the newest first")


class EventLine(Output):
    """What `events` prints: one line per event."""

    seq: int = Field(ge=1)
    at: AwareDatetime
    batch: str
    document_id: str | None
    kind: str
    actor: str
    data: dict[str, object]


class DoubtLine(Output):
    """One document that a provider may or may not have."""

    document: str
    document_id: str
    batch: str
    channel: str
    since: AwareDatetime
    reason: str
    asked_again_at: AwareDatetime | None = Field(description="Null where only a report or a person can tell")


class DoubtsOutput(Output):
    """What `doubts` prints: the oldest first."""

    doubts: tuple[DoubtLine, ...]
    in_all: int = Field(description="How many there are; no more than a thousand are listed")


class FaultsOutput(Output):
    """What a fault campaign found."""

    documents: int = Field(ge=0)
    kills: int = Field(ge=0, description="SIGKILLs at drawn moments whose victim held a claimed chunk")
    lost: int = Field(ge=0, description="Documents that the provider does not have and nobody is told to look after")
    duplicates: int = Field(ge=0, description="By the provider's own ledger: taken more than once")
    unknown: int = Field(
        ge=0, description="Outcome unknown at the end, at providers that neither recognise keys nor can be asked"
    )
    resent_blind: int = Field(ge=0, description="Handed over again without a question, where a repeat is not harmless")
    ledger_breaks: int = Field(ge=0, description="Times that the equation did not hold when it was looked at")
    seconds: float = Field(ge=0)
    at_commit_points: int = Field(ge=0, description="Kills at named commit points, besides")
    faults: int = Field(ge=0, description="Calls that met a fault of the provider")
    mixed_up: int = Field(ge=0, description="Hand-overs whose reports came twice or out of order")

    @property
    def held(self) -> bool:
        """Whether every promise was kept."""
        return self.lost == self.duplicates == self.resent_blind == self.ledger_breaks == 0

    @property
    def sentence(self) -> str:
        """The result in words."""
        return (
            f"{self.documents:,} documents, {self.kills:,} kills and {self.at_commit_points} at commit points, "
            f"{self.faults:,} faults, {self.mixed_up:,} reports twice or out of order, {self.seconds:,.0f} s: "
            f"{self.lost} lost, {self.duplicates} duplicates, {self.resent_blind} sent again blindly, "
            f"{self.ledger_breaks} times the ledger did not close; {self.unknown} outcome unknown."
        )
