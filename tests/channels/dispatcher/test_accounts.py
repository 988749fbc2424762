"""Two senders through two accounts of one channel: each is asked, followed up and taken back by its own."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import AskableStand, Provider, ReportingStand, Stand, letter, render

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Consignment, Reach, Report
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, SenderPolicy
from vaxel_channels.dispatcher.frozen import freeze, thaw
from vaxel_engine.errors import OutcomeUnknown
from vaxel_engine.model import Document
from vaxel_ledger.states import Status


def of(sender: str, reference: str) -> Document:
    return letter(reference).model_copy(update={"sender": sender})


def opened(stage: Stage, shared: Stand, own: Stand, documents: list[Document]) -> Dispatcher:
    """The channel "box" as everybody has it, and as the sender "solna" has it; both may send paper too."""
    paper = stage.stand("paper")
    channels = Accounts({"box": shared, "paper": paper}, {"solna": {"box": own}})
    stage.accept(*documents)
    policy = SenderPolicy(("box", "paper"))
    told = DispatchSettings(senders={"nordljus": policy, "solna": policy}.get)
    dispatcher = Dispatcher(stage.ledger, channels, render, stage.clock, told)
    stage.opened.append(dispatcher)
    return dispatcher


def references(stand: Stand) -> list[str]:
    return sorted(one.payload.decode().split()[1] for one in stand.sent)


def test_each_senders_documents_go_through_its_own_account(stage: Stage) -> None:
    shared, own = Stand(stage.provider("shared")), Stand(stage.provider("own"))
    opened(stage, shared, own, [of("nordljus", "N-1"), of("solna", "S-1"), of("solna", "S-2")]).dispatch()
    assert (references(shared), references(own)) == (["N-1"], ["S-1", "S-2"])
    assert {one.sender for one in shared.sent} == {"nordljus"}
    assert {one.sender for one in own.sent} == {"solna"}
    assert {line.channel for line in stage.report} == {"box"}
    assert stage.line.delivered == 3


def test_a_register_is_asked_once_for_each_account_and_answers_for_its_own_senders(stage: Stage) -> None:
    shared, own = Stand(stage.provider("shared")), Stand(stage.provider("own"), reach=Reach.CONFIRMED_MISS)
    opened(stage, shared, own, [of("nordljus", "N-1"), of("solna", "S-1"), of("solna", "S-2")]).dispatch()
    assert (shared.looked_up, own.looked_up) == ([1], [2])
    assert {line.document: line.channel for line in stage.report} == {"N-1": "box", "S-1": "paper", "S-2": "paper"}


def test_a_doubt_is_put_to_the_account_that_it_went_through(stage: Stage) -> None:
    silence = OutcomeUnknown("it fell silent")
    shared, own = AskableStand(stage.provider("shared")), AskableStand(stage.provider("own"), after=[silence])
    dispatcher = opened(stage, shared, own, [of("solna", "S-1")])
    dispatcher.dispatch()
    assert stage.line.unknown == 1
    stage.clock.forward(hours=2)
    dispatcher.settle()
    assert stage.line.delivered == 1
    assert len(own.sent) == 1
    assert shared.sent == []


def test_every_accounts_reports_are_fetched(stage: Stage) -> None:
    shared = ReportingStand(stage.provider("shared"), status=Status.HANDED_OVER)
    own = ReportingStand(stage.provider("own"), status=Status.HANDED_OVER)
    dispatcher = opened(stage, shared, own, [of("nordljus", "N-1"), of("solna", "S-1")])
    dispatcher.dispatch()
    for stand in (shared, own):
        key = stand.sent[0].key
        stand.reports = [Report("box", f"r-{key[:8]}", Status.DELIVERED, key=key)]
    assert dispatcher.collect() == 2
    dispatcher.settle()
    assert stage.line.delivered == 2


@dataclass
class GivingStand(Stand):
    """A channel whose provider gives everything back."""

    status: Status = Status.HANDED_OVER
    asked_back: list[Consignment] = field(default_factory=list[Consignment])

    def cancel(self, consignment: Consignment) -> bool:
        self.asked_back.append(consignment)
        return True


def test_what_is_taken_back_is_asked_of_the_account_that_holds_it(stage: Stage) -> None:
    shared, own = GivingStand(stage.provider("shared")), GivingStand(stage.provider("own"))
    dispatcher = opened(stage, shared, own, [of("solna", "S-1")])
    dispatcher.dispatch()
    assert dispatcher.cancel(stage.ledger.documents("S-1")[0])
    assert (len(shared.asked_back), len(own.asked_back)) == (0, 1)


def test_what_an_earlier_version_froze_has_no_sender_and_goes_as_all_share_it(tmp_path: Path) -> None:
    frozen = freeze(Consignment("k" * 64, "box", "to", b"bytes"))
    older = frozen.replace(b',"sender":""', b"")
    older = older[:4] + (int.from_bytes(frozen[4:8], "big") - 12).to_bytes(4, "big") + older[8:]
    assert thaw(older) == Consignment("k" * 64, "box", "to", b"bytes")
    shared, own = (Stand(Provider(tmp_path / name, deduplicates=True)) for name in ("shared", "own"))
    accounts = Accounts({"box": shared}, {"solna": {"box": own}})
    assert accounts.of(thaw(older).sender)["box"] is shared
