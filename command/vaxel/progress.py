"""A progress bar on standard error with rate and time left, silent where nobody watches."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class Step(Protocol):
    """Tells a bar that one more is done, or how many of how many are."""

    def __call__(self, done: int | None = None, total: int | None = None) -> None: ...


class _Rate(ProgressColumn):
    """Documents per second."""

    def render(self, task: Task) -> Text:
        """Show the rate once it is known."""
        return Text(f"{task.speed:.0f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress(title: str, total: int | None = None) -> Generator[Step]:
    """Show a bar while the block runs; call the yielded function after each document, or with `done` and `total`."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)

        def step(done: int | None = None, total: int | None = None) -> None:
            if done is None:
                bar.advance(task)
            else:
                bar.update(task, completed=done, total=total)

        yield step
