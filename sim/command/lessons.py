"""`sim lessons`: list them, or teach one in the terminal."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from sim.lessons.lesson import lesson, lessons, write_scenario
from sim.lessons.terminal import answered, asked, listed


def list_lessons() -> None:
    click.echo(listed(lessons()))
    click.echo("next: sim lessons 1")


def teach_lesson(which: str, jobs: int, out: Path | None) -> None:
    """The question first; who reads at a terminal guesses before Enter shows the answer."""
    one = lesson(which)
    written = write_scenario(one, out) if out is not None else []
    click.echo(f"{asked(one)}\n")
    if sys.stdin.isatty() and sys.stdout.isatty():
        click.prompt("Write down your guess, then press Enter", default="", show_default=False, prompt_suffix=" ")
    from sim.lessons.playing import teach

    click.echo("playing the lesson's scenario", err=True)
    click.echo(answered(teach(one, jobs=jobs)))
    if written:
        click.echo("\nwrote " + ", ".join(str(path) for path in written))
        click.echo(f"next: sim compare {shlex.quote(str(written[0]))}")
    else:
        click.echo(f"\nnext: sim lessons {one.name} --out {one.name}, for its scenario as a file")
