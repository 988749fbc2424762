"""What an operator sets in `vaxel.toml`: mode, ledger, senders, channels; every mistake is named by file and key."""

import datetime as dt
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vaxel_channels.hours import Service, read_hours
from vaxel_engine.errors import Misconfigured

DEFAULT_FILE = Path("vaxel.toml")


class _Table(BaseModel):
    """A table of the file; unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _bankid() -> str:
    from vaxel_portal.bankid import PRODUCTION  # with the ledger behind it, which few commands need

    return PRODUCTION


class LedgerSettings(_Table):
    """Where the ledger, the artifacts and the tenant key are kept."""

    url: str = Field(default="sqlite:///vaxel-ledger/ledger.sqlite", description="SQLAlchemy URL of the database")
    artifacts: Path = Field(default=Path("vaxel-ledger/artifacts"), description="Folder of encrypted artifacts")
    tenant_key: Path = Field(
        default=Path("vaxel-ledger/tenant.key"),
        description="Key file that opens the artifacts; keep and back it up apart from them",
    )


class PacksSettings(_Table):
    """Which brand packs render: the designers' working folders, or what was published of them."""

    folder: Path | None = Field(
        default=None, description="Folder of your own working packs; they may extend those that come with Vaxel"
    )
    store: Path = Field(default=Path("vaxel-ledger/packs"), description="Folder of published packs; `vaxel publish`")
    published: bool | None = Field(
        default=None, description="Render published versions only; always so in live mode, in the sandbox when true"
    )

    @property
    def only_published(self) -> bool:
        """Whether nothing but published versions may render."""
        return self.published is True


class RenderingSettings(_Table):
    """What one document may take while it is rendered, and how what was made of it is compared with it."""

    seconds: float = Field(default=60.0, ge=0.1, description="Seconds on the clock for one document")
    processor: float = Field(default=30.0, ge=0.1, description="Seconds of processor time for one document")
    ready: float = Field(
        default=30.0, ge=0.1, description="Seconds of processor time for what the documents of a brand share, once"
    )
    memory: int = Field(default=768, ge=64, description="MB of memory for one document, on Linux")
    documents: int = Field(default=1_000, ge=1, description="After so many documents a worker is replaced")
    growth: int = Field(default=256, ge=1, description="MB by which a worker may grow before it is replaced")
    read_back_one_in: int = Field(
        default=1_000,
        ge=0,
        description="Of so many documents one is read back in full before it is handed over; 1 is each, 0 is none",
    )
    compare_one_in: int = Field(
        default=1_000,
        ge=0,
        description="Of so many documents that a block program sets, one is set by WeasyPrint as well and compared; "
        "1 is each, 0 is none",
    )


class DispatchTable(_Table):
    """How workers share the work on one ledger."""

    register_wait: int = Field(
        default=60, ge=1, description="Seconds until a register that has not answered is asked again"
    )
    takeover_after: int = Field(
        default=60, ge=10, description="Seconds of silence after which a worker's chunk is taken over by another"
    )


class WebhooksTable(_Table):
    """Where webhooks may go."""

    allow_loopback: bool = Field(
        default=False, description="Sandbox only: a webhook may go to this machine, for whoever develops a receiver"
    )


class ServiceTable(_Table):
    """When a channel may be handed over to, and how fast."""

    zone: str = Field(default="", description="Time zone of the hours, e.g. Europe/Stockholm")
    open: tuple[str, ...] = Field(
        default=(), description='Hours of service, e.g. "Mon-Fri 07:00-18:00"; always if empty'
    )
    quiet: tuple[str, ...] = Field(default=(), description='Hours in which nothing goes, e.g. "21:00-08:00"')
    per_second: float | None = Field(
        default=None, gt=0, description="Hand-overs a second, of all workers together; no limit when left out"
    )
    confirm_hours: float | None = Field(
        default=None,
        gt=0,
        description="Hours after which what nothing has confirmed goes the next way; only news tells if empty",
    )


class BankIdTable(_Table):
    """How recipients show who they are: the relying party's way into Swedish BankID."""

    certificate: Path | None = Field(default=None, description="Your relying party certificate with its key, in PEM")
    authority: Path | None = Field(default=None, description="BankID's own certificate authority, in PEM")
    base_url: str = Field(default_factory=_bankid, description="Where BankID's relying party API is")


class LinkSettings(_Table):
    """Under which address a recipient opens a document, for how long, and how they show who they are."""

    base: str = Field(default="", description="Address before the token, e.g. https://faktura.nordljus.example/")
    stand_in: bool = Field(
        default=False,
        description="Sandbox only: the pages and a BankID on free loopback ports while the switch is open",
    )
    valid_days: int = Field(default=400, ge=1, description="How long a link opens its document")
    open_unnamed: bool = Field(
        default=True, description="A document without a personal number opens by its link alone; false: not at all"
    )
    bankid: BankIdTable | None = Field(default=None, description="Swedish BankID, in the table [link.bankid]")

    @model_validator(mode="after")
    def _somewhere(self) -> "LinkSettings":
        if bool(self.base) == self.stand_in:
            raise ValueError("give either `base`, or `stand_in = true`")
        if self.base and not self.base.startswith(("https://", "http://127.0.0.1")):
            raise ValueError("`base` must be an https address: the link opens a personal document")
        return self


class SenderSettings(_Table):
    """One sender: its brand and the channels it allows, in order of priority."""

    brand: str = Field(description="Name of the brand pack")
    identifiers: tuple[str, ...] = Field(
        default=(), description="Legal registration numbers under which e-invoices of this sender come in"
    )
    channels: tuple[str, ...] = Field(min_length=1, description="Allowed channels, the preferred first")
    channel: dict[str, dict[str, object]] = Field(
        default_factory=dict,
        description="Accounts of its own, by channel: the keys of [channel.NAME], in the place of what all share",
    )
    rules: Path | None = Field(
        default=None, description="File of rules that choose among the channels; see docs/routing.md"
    )
    hold: bool = Field(default=False, description="Accept its documents, and let none leave until a person releases it")
    try_unmatched: bool = Field(
        default=True,
        description="Hand over to a mailbox whose register did not list the recipient; such registers are lower bounds",
    )


class _File(_Table):
    mode: Literal["sandbox", "live"] = "sandbox"
    tenant: str = Field(default="main", pattern="^[a-z0-9-]{1,40}$")
    prices: Path | None = None
    ledger: LedgerSettings = LedgerSettings()
    packs: PacksSettings = PacksSettings()
    rendering: RenderingSettings = RenderingSettings()
    dispatch: DispatchTable = DispatchTable()
    webhooks: WebhooksTable = WebhooksTable()
    link: LinkSettings | None = None
    sender: dict[str, SenderSettings] = Field(min_length=1)
    channel: dict[str, dict[str, object]] = Field(default_factory=dict)
    service: dict[str, ServiceTable] = Field(default_factory=dict)
    confirmation_seconds: dict[str, int] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `vaxel.toml` says, with paths made absolute against the file's folder."""

    source: Path
    mode: Literal["sandbox", "live"]
    tenant: str
    ledger: LedgerSettings
    link: LinkSettings | None
    senders: Mapping[str, SenderSettings]
    channels: Mapping[str, Mapping[str, object]]
    confirmation_seconds: Mapping[str, int]
    packs: PacksSettings = field(default_factory=PacksSettings)
    rendering: RenderingSettings = field(default_factory=RenderingSettings)
    dispatch: DispatchTable = field(default_factory=DispatchTable)
    prices: Path | None = None
    """Your own prices; the example prices that come with Vaxel where there is no file."""
    webhooks: WebhooksTable = field(default_factory=WebhooksTable)
    services: Mapping[str, Service] = field(default_factory=dict[str, Service])

    @property
    def channel_names(self) -> frozenset[str]:
        """Every channel that is set up, for all senders or for one."""
        return frozenset(self.channels).union(*(sender.channel for sender in self.senders.values()))

    def sender(self, name: str) -> SenderSettings | None:
        """Return the sender called `name`, or the one that lists it among its identifiers; None for a stranger."""
        if name in self.senders:
            return self.senders[name]
        return next((sender for sender in self.senders.values() if name in sender.identifiers), None)


def load(path: Path) -> Settings:
    """Read `vaxel.toml`.

    Raises:
        Misconfigured: the file is absent, not TOML, or a key is missing, unknown or wrong; the sentence names it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Misconfigured(f"{path} does not exist; `vaxel init` writes one to start from") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"{path} cannot be read ({type(error).__name__}); check that it is a text file you may read"
        ) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path} is not valid TOML: {error}") from error
    return parse(table, source=path)


def parse(table: Mapping[str, object], *, source: Path) -> Settings:
    """Make settings of an already parsed table; paths are taken relative to the folder of `source`.

    Raises:
        Misconfigured: a key is missing, unknown or wrong, or a sender names a channel that is not set up.
    """
    try:
        file = _File.model_validate(table)
    except ValidationError as error:
        raise Misconfigured(_first_sentence(error, source)) from error
    for name, sender in file.sender.items():
        for channel in sender.channels:
            known = {**file.channel, **sender.channel}
            if channel not in known:
                near = difflib.get_close_matches(channel, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"set up are: {', '.join(sorted(known))}"
                raise Misconfigured(
                    f"{source}, sender.{name}.channels: {channel!r} is not set up as [channel.{channel}]; {hint}"
                )
        if idle := set(sender.channel) - set(sender.channels):
            raise Misconfigured(
                f"{source}, sender.{name}.channel.{min(idle)}: the sender does not use this channel; "
                f"add it to sender.{name}.channels, or take the table out"
            )
    if file.mode == "live" and file.packs.published is False:
        raise Misconfigured(
            f'{source}, packs.published: mode = "live" renders published packs only; leave it out, or use the sandbox'
        )
    if file.mode == "live" and file.webhooks.allow_loopback:
        raise Misconfigured(
            f'{source}, webhooks.allow_loopback: mode = "live" tells public addresses alone; leave it out'
        )
    home = source.resolve().parent
    return Settings(
        source=source,
        mode=file.mode,
        tenant=file.tenant,
        ledger=LedgerSettings(
            url=_database_url(file.ledger.url, home),
            artifacts=home / file.ledger.artifacts,
            tenant_key=home / file.ledger.tenant_key,
        ),
        link=file.link and _link(file.link, home),
        senders={
            name: sender.model_copy(
                update={"channel": _all_absolute(sender.channel, home), "rules": sender.rules and home / sender.rules}
            )
            for name, sender in file.sender.items()
        },
        channels=_all_absolute(file.channel, home),
        confirmation_seconds=file.confirmation_seconds,
        packs=PacksSettings(
            folder=None if file.packs.folder is None else home / file.packs.folder,
            store=home / file.packs.store,
            published=file.packs.published is True or file.mode == "live",
        ),
        rendering=file.rendering,
        dispatch=file.dispatch,
        prices=file.prices and home / file.prices,
        webhooks=file.webhooks,
        services=_services(file, source),
    )


def _services(file: _File, source: Path) -> dict[str, Service]:
    known = frozenset(file.channel).union(*(sender.channel for sender in file.sender.values()))
    for name in file.service:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"set up are: {', '.join(sorted(known))}"
            raise Misconfigured(f"{source}, service.{name}: no channel of this name is set up; {hint}")
        if file.service[name].confirm_hours is not None and name in file.confirmation_seconds:
            raise Misconfigured(
                f"{source}, service.{name}: confirm_hours says that silence is a failure, confirmation_seconds that it "
                "is a delivery; keep one of them"
            )
    return {
        name: Service(
            read_hours(table.zone, table.open, table.quiet, where=f"{source}, service.{name}"),
            table.per_second,
            None if table.confirm_hours is None else dt.timedelta(hours=table.confirm_hours),
        )
        for name, table in file.service.items()
    }


def _link(link: LinkSettings, home: Path) -> LinkSettings:
    if link.bankid is None:
        return link
    files = {"certificate": link.bankid.certificate, "authority": link.bankid.authority}
    found = {name: home / path for name, path in files.items() if path is not None}
    return link.model_copy(update={"bankid": link.bankid.model_copy(update=found)})


def _first_sentence(error: ValidationError, source: Path) -> str:
    mistakes = error.errors(include_input=False, include_url=False)
    first = next((one for one in mistakes if one["type"] == "extra_forbidden"), mistakes[0])  # a typo also misses a key
    key = ".".join(str(part) for part in first["loc"]) or "the file"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(first["loc"][-1]), _known_keys(first["loc"][:-1]), n=1)
        return f"{source}, {key}: unknown key{f', did you mean {near[0]!r}?' if near else ''}{more}"
    return f"{source}, {key}: {first['msg'].lower()}{more}"


def _known_keys(parents: tuple[int | str, ...]) -> list[str]:
    match parents:
        case ():
            model: type[BaseModel] = _File
        case ("ledger", *_):
            model = LedgerSettings
        case ("link", "bankid"):
            model = BankIdTable
        case ("link", *_):
            model = LinkSettings
        case ("packs", *_):
            model = PacksSettings
        case ("dispatch", *_):
            model = DispatchTable
        case ("rendering", *_):
            model = RenderingSettings
        case ("webhooks", *_):
            model = WebhooksTable
        case _:
            model = SenderSettings
    return list(model.model_fields)


def _database_url(url: str, home: Path) -> str:
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith("sqlite:////"):
        return url
    return f"{prefix}{home / url.removeprefix(prefix)}"


def _all_absolute(tables: Mapping[str, Mapping[str, object]], home: Path) -> dict[str, dict[str, object]]:
    return {name: _absolute_paths(values, home) for name, values in tables.items()}


def _absolute_paths(values: Mapping[str, object], home: Path) -> dict[str, object]:
    """Make a channel's paths absolute: every key that ends in `folder` or `_file`, e.g. `password_file`."""
    return {
        key: str(home / str(value)) if key.endswith(("folder", "_file")) else value for key, value in values.items()
    }
