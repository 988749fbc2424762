"""What a person's wish to hold, release or cancel came to, in words."""

import click

from vaxel.ledger_outputs import LeftLine, MovedOutput
from vaxel_ledger.holding import Done

_NOTHING = {
    "held": "nothing of it could be held: it is held already, or has left, or is final",
    "released": "nothing of it was held",
    "cancelled": "nothing of it could be cancelled: it has left, or is final",
}


def show(done: Done, called: str, word: str, *, as_json: bool) -> None:
    """Say how many documents were moved, and name what had left already."""
    output = MovedOutput(
        target=called,
        moved=done.moved,
        left=tuple(
            LeftLine(document=one.reference, document_id=one.document_id, state=one.state.value) for one in done.left
        ),
        left_in_all=done.left_in_all,
        asked_back=done.asked_back,
    )
    if as_json:
        click.echo(output.model_dump_json(indent=2))
        return
    plural = "document" if done.moved == 1 else "documents"
    click.echo(f"{called}: {f'{done.moved:,} {plural} {word}' if done.moved else _NOTHING[word]}.")
    if done.left_in_all:
        click.echo(f"{done.left_in_all:,} had left already, or are leaving:")
        for one in done.left:
            click.echo(f"  {one.reference}  {one.state.value}")
        if done.left_in_all > len(done.left):
            click.echo(f"  … and {done.left_in_all - len(done.left):,} more; the report has them all")
    if done.asked_back:
        click.echo(f"A worker asks the providers to give {done.asked_back:,} of them back, where they do that.")
