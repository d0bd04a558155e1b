"""What `sim manual` and `sim explain` do: print a page, or a setting; or write the manual as pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table as Grid
from rich.text import Text

from sim.manual.explained import Explained, default_text, explain
from sim.manual.finding import meant_by
from sim.manual.recipes import recipes
from sim.manual.reference import Key
from sim.manual.topics import (
    LANGUAGE,
    RECIPES,
    RECIPES_ABOUT,
    Topic,
    language_about,
    tables,
    topic_or_key,
    topics,
)

WIDTH = 80


def explain_key(name: str) -> None:
    """`sim explain`: one setting."""
    _show(_console(), explain(meant_by(name)))


def manual_of(topic: str | None) -> None:
    """`sim manual`: all topics, one page, or a table of the language."""
    console = _console()
    if topic is None:
        _show_topics(console, list(topics().values()))
    elif topic == LANGUAGE:
        console.print(Text(f"{language_about()} Its tables:\n", style="bold"))
        _show_keys(console, list(tables().values()))
        _next(console, "sim manual queues, or any other table; sim explain groups.shifts: one setting")
    elif topic == RECIPES:
        _show_recipes(console)
    elif topic in recipes():
        console.print(Text(recipes()[topic].text.rstrip()), soft_wrap=True)
        _next(console, f"sim new my.toml --recipe {topic}: writes it, to make it yours")
    elif (page := topic_or_key(topic)) is not None:
        console.print(Text(page.title, style="bold"))
        console.print()
        console.print(Markdown(page.text, hyperlinks=False))
    else:
        _show(console, explain(meant_by(topic)))


def write_manual(folder: Path) -> None:
    """`sim manual --html`: all of it as pages."""
    from sim.manual.html import write_pages
    from sim.report.folder import whole_folder

    with whole_folder(folder) as scratch:
        count = write_pages(scratch)
    console = _console()
    console.print(f"{count} pages of the manual\nResults: {folder}/  (open {folder}/index.html)", soft_wrap=True)


def _console() -> Console:
    console = Console(highlight=False, markup=False)
    return (
        Console(highlight=False, markup=False, width=min(console.width, 100))
        if console.is_terminal
        else Console(highlight=False, markup=False, width=WIDTH)
    )


def _show_topics(console: Console, pages: Sequence[Topic]) -> None:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column()
    for page in pages:
        grid.add_row(page.name, page.about)
    grid.add_row(RECIPES, RECIPES_ABOUT)
    grid.add_row(LANGUAGE, "Every table and key of a scenario file.")
    console.print(grid)
    _next(console, "sim manual TOPIC; sim explain groups.shifts: one setting; sim manual --html manual: as pages")


def _show_recipes(console: Console) -> None:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column()
    for recipe in recipes().values():
        grid.add_row(recipe.name, recipe.about)
    console.print(grid)
    _next(console, "sim manual part-timers: one of them; sim new my.toml --recipe part-timers: writes it")


def _show(console: Console, said: Explained) -> None:
    console.print(Text(said.place, style="bold"))
    console.print(Text(said.about))
    console.print()
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for what, how in said.facts:
        grid.add_row(what, Text(how))
    console.print(grid)
    if said.example is not None:
        console.print()
        for line in said.example.text.splitlines():
            console.print(Text(f"    {line}"), soft_wrap=True)
        console.print(Text(f"  of {said.example.file}, an example that is played by the tests", style="dim"))
    if said.keys:
        console.print()
        _show_keys(console, said.keys)
        _next(console, f"sim explain {said.place}.{said.keys[0].name}: one of these")


def _show_keys(console: Console, keys: Sequence[Key]) -> None:
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("key", no_wrap=True)
    grid.add_column("default", max_width=18)
    grid.add_column("what it is")
    for key in keys:
        grid.add_row(key.name, "must be given" if key.required else default_text(key), Text(key.about))
    console.print(grid)


def _next(console: Console, what: str) -> None:
    console.print()
    console.print(f"Next: {what}", soft_wrap=True)
