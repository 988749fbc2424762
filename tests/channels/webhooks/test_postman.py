"""What a sender's own system is promised of its webhooks, judged by the Standard Webhooks library."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from tests.channels.webhooks.conftest import Post

from vaxel_channels.webhooks.signing import headers
from vaxel_engine.model import Document
from vaxel_ledger import webhook_outbox, webhooks
from vaxel_ledger.webhook_outbox import LEASE, SCHEDULE, TYPES
from vaxel_ledger.webhook_tables import EndpointState


def test_each_event_is_told_once_signed_and_with_the_senders_reference(post: Post) -> None:
    made = post.add()
    batch = post.take_in("A-1", "A-2")
    assert post.postman.round() == 4
    assert post.postman.round() == 0
    told = post.receiver.judged(made.secret)
    assert [one["type"] for one in told] == [
        "batch.receiving",
        "document.accepted",
        "document.accepted",
        "batch.received",
    ]
    assert {str(one["type"]) for one in told} <= set(TYPES)
    data = told[1]["data"]
    assert (data["document"], data["batch"], data["actor"]) == ("A-1", batch, "intake")
    assert len(set(post.receiver.ids)) == 4
    assert all(len(body) < 20_000 for _, body in post.receiver.got)
    assert post.standing(made.endpoint).delivered == 4


def test_the_published_vector_is_met() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # standard-webhooks, spec, "Symmetric"
    body, key = b'{"test": 2432232314}', Webhook(secret)._whsecret  # pyright: ignore[reportPrivateUsage]  # its bytes
    made = headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_another_secret_a_changed_body_and_another_id_are_refused(post: Post) -> None:
    made, other = post.add("batch.receiving"), post.add("document.held")
    post.take_in("A-1")
    post.postman.round()
    ((sent, body),) = post.receiver.got
    Webhook(made.secret).verify(body, dict(sent))
    for secret, changed, named in (
        (other.secret, body, sent),
        (made.secret, body + b" ", sent),
        (made.secret, body, {**sent, "webhook-id": "msg_other"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(changed, dict(named))


def test_while_a_secret_is_rotated_both_sign_and_after_a_day_the_new_one_alone(post: Post) -> None:
    first = post.add("batch.receiving")
    with post.ledger.writing() as connection:
        second = webhooks.rotate(connection, post.ledger.vault.keys.of("main"), first.endpoint, at=post.clock())
    post.take_in("A-1")
    post.postman.round()
    assert post.receiver.judged(first.secret) == post.receiver.judged(second.secret)
    post.receiver.got.clear()
    post.clock.ahead += webhooks.OVERLAP
    post.take_in("A-2")
    post.postman.round()
    assert len(post.receiver.got[0][0]["webhook-signature"].split()) == 1
    with pytest.raises(WebhookVerificationError):
        post.receiver.judged(first.secret)


def test_a_failure_is_tried_ten_times_and_then_the_address_is_disabled_with_a_sentence(post: Post) -> None:
    made = post.add("batch.receiving")
    post.receiver.status = 500
    post.take_in("A-1")
    waits: list[float] = []
    post.postman.round()
    while (due := post.next_due()) is not None:
        waits.append((due - post.log(made.endpoint)[0].at).total_seconds())
        post.clock.until(due)
        post.postman.round()
    assert waits == [wait.total_seconds() for wait in SCHEDULE[1:]]
    assert len(post.receiver.ids) == 10
    assert len(set(post.receiver.ids)) == 1
    assert len({sent["webhook-timestamp"] for sent, _ in post.receiver.got}) == 10
    off = post.now(made.endpoint)
    assert off.state is EndpointState.DISABLED
    assert f"`vaxel webhooks enable {off.id}`" in off.sentence
    assert "after 10 tries: answered with status 500" in off.sentence
    post.take_in("A-2")
    assert post.postman.round() == 0
    post.receiver.status = 200
    with post.ledger.writing() as connection:
        assert webhooks.enable(connection, off.id, at=post.clock())
    assert post.postman.round() == 2
    assert post.receiver.ids[-2:] == [post.receiver.ids[0], post.receiver.ids[-1]]
    assert post.standing(off).delivered == 2


def test_a_receiver_that_is_gone_or_moved_is_not_followed(post: Post) -> None:
    made = post.add("batch.receiving")
    post.receiver.status, post.receiver.headers = 302, {"Location": "http://127.0.0.1:1/"}
    post.take_in("A-1")
    post.postman.round()
    assert "follows no redirection" in post.log(made.endpoint)[0].said
    post.receiver.status = 410
    post.clock.ahead += SCHEDULE[1] * 2
    post.postman.round()
    assert "it says that it is gone" in post.now(made.endpoint).sentence


@pytest.mark.parametrize("as_date", [False, True])
def test_a_receiver_that_asks_for_time_gets_it(post: Post, *, as_date: bool) -> None:
    made, date = post.add("batch.receiving"), dt.datetime.now(dt.UTC)
    wish = format_datetime(date + dt.timedelta(hours=1), usegmt=True) if as_date else "3600"
    post.receiver.status = 429
    post.receiver.headers = {"Retry-After": wish}
    post.take_in("A-1")
    post.postman.round()
    due = post.next_due()
    assert due is not None
    assert 3_590 <= (due - post.log(made.endpoint)[0].at).total_seconds() <= 3_610


def test_a_receiver_that_is_down_is_knocked_at_once_and_the_rest_waits(post: Post) -> None:
    made = post.add()
    post.receiver.status = 503
    post.take_in(*(f"A-{number}" for number in range(30)))
    assert post.postman.round() == 1
    post.receiver.status = 200
    post.clock.ahead += SCHEDULE[1] * 2
    assert post.postman.round() == 32
    assert sorted(set(post.receiver.ids)) == sorted(post.receiver.ids[1:])
    assert post.standing(made.endpoint) == webhooks.Standing(0, 32, 0, None)


def test_one_message_and_everything_after_an_event_are_sent_again_under_their_ids(post: Post) -> None:
    post.take_in("A-0")
    made = post.add()
    post.take_in("A-1")
    post.postman.round()
    before = list(post.receiver.ids)
    with post.ledger.writing() as connection:
        assert webhooks.replay(connection, made.endpoint, before[1], at=post.clock())
        assert not webhooks.replay(connection, made.endpoint, "msg_none", at=post.clock())
    post.postman.round()
    assert post.receiver.ids == [*before, before[1]]
    with post.ledger.writing() as connection:
        webhooks.replay_after(connection, post.now(made.endpoint), 0, at=post.clock())
    post.receiver.got.clear()
    post.postman.round()
    assert len(post.receiver.ids) == 6  # with what happened before it was set up
    assert set(before) < set(post.receiver.ids)


def test_what_is_old_is_forgotten_and_comes_again_by_its_number_alone(post: Post) -> None:
    made = post.add("batch.receiving")
    post.take_in("A-1")
    post.postman.round()
    (first,) = post.receiver.ids
    post.clock.ahead += webhook_outbox.KEPT + dt.timedelta(hours=1)
    with post.ledger.writing() as connection:
        assert webhook_outbox.forget(connection, at=post.clock()) == 1
        webhooks.replay_after(connection, made.endpoint, 0, at=post.clock())
    post.postman.round()
    assert post.receiver.ids == [first, first]


def test_a_senders_address_hears_of_its_own_batches_and_misses_none_that_takes_long(post: Post) -> None:
    made = post.add(sender="nordljus")
    slow = iter([post.letter("A-1")])

    def records() -> Iterator[Document]:
        yield next(slow)
        post.take_in("B-1", sender="other")  # while the first is being read
        post.take_in("C-1", sender="nordljus")
        post.postman.round()

    post.ledger.accept("f" * 64, "slow.json", "main", records(), sender="nordljus")
    post.postman.round()
    told = [(one["type"], one["data"]["document"]) for one in post.receiver.judged(made.secret)]
    assert sorted(one for one in told if one[1]) == [("document.accepted", "A-1"), ("document.accepted", "C-1")]
    assert [kind for kind, _ in told].count("batch.receiving") == 2


KILLED = """
import datetime as dt, os, sys
from pathlib import Path
from vaxel_channels.webhooks import Postman
from vaxel_ledger import Ledger

folder = Path(sys.argv[2])
with Ledger.open(sys.argv[1], store=folder / "artifacts", tenant_key=folder / "tenant.key") as ledger:
    Postman(ledger, "main", allow_loopback=True, clock=lambda: dt.datetime.now(dt.UTC)).round()
"""


def test_a_worker_that_is_killed_while_it_tells_tells_again_under_the_same_id(post: Post, tmp_path: Path) -> None:
    made = post.add("batch.receiving")
    post.take_in("A-1")
    url = post.ledger.engine.url.render_as_string(hide_password=False)
    victim = subprocess.Popen(
        [sys.executable, "-c", KILLED, url, str(tmp_path)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    post.receiver.before = lambda: victim.send_signal(signal.SIGKILL)
    assert victim.wait(60) == -signal.SIGKILL
    post.receiver.before = lambda: None
    assert (len(post.receiver.got), post.standing(made.endpoint).pending) == (1, 1)
    assert post.postman.round() == 0  # it may still be on its way
    post.clock.ahead += LEASE
    assert post.postman.round() == 1
    assert len(set(post.receiver.ids)) == 1
    assert json.loads(post.receiver.got[0][1]) == json.loads(post.receiver.got[1][1])
    assert post.standing(made.endpoint).delivered == 1


def test_two_postmen_tell_nothing_twice(post: Post) -> None:
    post.add("batch.receiving")
    post.take_in("A-1")
    other = post.hire()
    post.receiver.before = lambda: None if len(post.receiver.got) > 1 else _none(other.round())
    assert post.postman.round() == 1
    assert len(post.receiver.got) == 1


def _none(number: int) -> None:
    assert number == 0


def test_it_goes_on_by_itself_beside_the_worker_and_ends_when_asked(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaxel_channels.webhooks.postman.LOOK_EVERY", 0.01)
    post.add("batch.receiving")
    heard = post.receiver.heard()
    with post.hire():
        post.take_in("A-1")
        assert heard.wait(30)
    assert len(post.receiver.got) == 1


def test_a_trial_says_whether_the_way_is_open(post: Post) -> None:
    made = post.add("document.failed")
    with post.ledger.writing() as connection:
        trial = webhook_outbox.trial(connection, made.endpoint, at=post.clock())
    post.postman.round()
    assert post.receiver.ids == [trial]
    assert post.receiver.judged(made.secret)[0]["type"] == webhooks.TRIAL
