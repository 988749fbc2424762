"""Who comes and goes works under a name that nobody else has, and under the same one after a crash."""

from tests.channels.dispatcher.conftest import Stage

from vaxel_channels.dispatcher.node import free_name


def test_a_name_is_free_until_somebody_works_under_it_and_again_when_it_ended(stage: Stage) -> None:
    stage.stand()
    folder = stage.ledger.vault.store.folder
    assert free_name(folder, "send") == free_name(folder, "send") == "send-1"
    first = stage.open(executor_id="send-1")
    first.resume()
    assert free_name(folder, "send") == "send-2"
    second = stage.open(executor_id="send-2")
    second.resume()  # beside the first
    assert free_name(folder, "send") == "send-3"
    first.close()
    assert free_name(folder, "send") == "send-1"
