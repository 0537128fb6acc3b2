"""How far a run has come: a bar on a terminal, a line per report elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from labtools.batch.execute import Outcome


@contextmanager
def shown_progress(
    reports: int,
) -> Iterator[tuple[Callable[[Outcome], None], Callable[[str], None]]]:
    """What to call with each outcome, and with a line meanwhile; everything goes to stderr."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    numbers = count(1)

    def tell(outcome: Outcome) -> str:
        return f"{outcome.report.name}: {outcome.status}, {outcome.seconds:.1f} s"

    if not console.is_terminal:
        yield (
            lambda outcome: console.print(f"{next(numbers)} of {reports}  {tell(outcome)}"),
            console.print,
        )
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=reports)
        yield (
            lambda outcome: bar.update(task, advance=1, description=tell(outcome)),
            console.print,
        )
