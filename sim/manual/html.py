"""The manual as pages: one folder that opens from disk, with a search that asks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from sim import __version__
from sim.manual.examples import files, text_of
from sim.manual.explained import Explained, default_text, explain
from sim.manual.finding import Meant
from sim.manual.recipes import recipes
from sim.manual.reference import NAME, Key, keys_of
from sim.manual.topics import LANGUAGE, RECIPES, RECIPES_ABOUT, Topic, language_about, tables, topics
from sim.report.folder import write_manifest
from sim.scenario.language.laws import Table

INDEX = "index.html"
EXAMPLES = "examples.html"


@dataclass(frozen=True)
class Found:
    """What a search leads to."""

    title: str
    page: str
    words: str


@dataclass(frozen=True)
class Section:
    """A table of the language, or a single setting, on the page of its table."""

    said: Explained
    keys: tuple[tuple[Key, str, str], ...]
    """(key, its default, where its own table stands on the page)."""

    inside: str
    """The place of its entries: "queues.NAME"."""

    @property
    def id(self) -> str:
        return self.said.place


def write_pages(folder: Path) -> int:
    """All pages into a folder; their number."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = resources.files("sim.manual").joinpath("page.html").read_text(encoding="utf-8")
    template = environment.from_string(source)
    words = _Words()
    pages: dict[str, Page] = {INDEX: ("The manual", Markup(""), ())}
    pages |= _written(words) | {f"{RECIPES}.html": _recipes(words)} | _language(words) | {EXAMPLES: _examples()}
    contents = [(f"{topic.name}.html", topic.title) for topic in topics().values()]
    contents += [(f"{RECIPES}.html", "Recipes"), (f"{LANGUAGE}.html", "The language"), (EXAMPLES, "Examples")]
    tables_of = [(f"table-{name}.html", name) for name, key in tables().items() if key.table is not None]
    for file, (title, text, sections) in pages.items():
        html = template.render(
            title=title, text=text, sections=sections, file=file, contents=contents, tables=tables_of,
            topics=list(topics().values()), version=__version__, is_index=file == INDEX, recipes_about=RECIPES_ABOUT,
        )  # fmt: skip
        (folder / file).write_text(html, encoding="utf-8")
    found = [[one.title, one.page, one.words] for one in words.found]
    # A script may be read from disk where a page may not fetch.
    (folder / "search.js").write_text(f"const FOUND = {json.dumps(found, ensure_ascii=True)};\n", encoding="utf-8")
    write_manifest(folder, {"command": "sim manual --html", "version": __version__})
    return len(pages)


Page = tuple[str, Markup, tuple[Section, ...]]


class _Words:
    """What a search can find."""

    def __init__(self) -> None:
        self.found: list[Found] = []

    def add(self, title: str, page: str, words: str) -> None:
        self.found.append(Found(title, page, " ".join(words.split())))


def _written(words: _Words) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for topic in topics().values():
        file = f"{topic.name}.html"
        for heading, text in _parts(topic):
            words.add(
                f"{topic.title}{': ' * bool(heading)}{heading}", f"{file}{'#' * bool(heading)}{anchor(heading)}", text
            )
        pages[file] = topic.title, Markup(_rendered(topic.text)), ()
    return pages


def _parts(topic: Topic) -> Iterator[tuple[str, str]]:
    """(heading, text) of what stands under each heading; the first has none."""
    heading, lines = "", list[str]()
    for line in topic.text.splitlines():
        if line.startswith("## "):
            yield heading, "\n".join(lines)
            heading, lines = line.removeprefix("## "), []
        else:
            lines.append(line)
    yield heading, "\n".join(lines)


def anchor(heading: str) -> str:
    """What a heading is called in an address."""
    return "-".join("".join(c if c.isalnum() else " " for c in heading.lower()).split())


def _rendered(text: str) -> str:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
    # What scrolls can be reached by keys.
    return str(markdown.renderer.render(tokens, markdown.options, {})).replace("<pre>", '<pre tabindex="0">')


def _language(words: _Words) -> dict[str, Page]:
    """A page for each table of a scenario file, and one that lists them."""
    pages: dict[str, Page] = {}
    listed = tuple(
        (key, default_text(key), f"table-{name}.html" if key.table is not None else "")
        for name, key in tables().items()
    )
    whole = Explained(LANGUAGE, language_about(), (), (), None)
    pages[f"{LANGUAGE}.html"] = "The language", Markup(""), (Section(whole, listed, ""),)
    for name, key in tables().items():
        if key.table is None:
            continue
        file = f"table-{name}.html"
        sections = tuple(_sections(key))
        for section in sections:
            words.add(section.said.place, f"{file}#{section.id}", section.said.about)
            for one, _, href in section.keys:
                if not href:
                    words.add(f"{section.inside}.{one.name}", f"{file}#{section.id}.{one.name}", one.about)
        pages[file] = name, Markup(""), sections
    return pages


def _sections(top: Key) -> Iterator[Section]:
    """The table itself, then those within it, each kind of table once."""
    waiting: list[tuple[Key, tuple[str, ...]]] = [(top, (top.name,))]
    homes: dict[type[Table], str] = {}
    order: list[tuple[Key, tuple[str, ...]]] = []
    for key, place in waiting:
        if key.table is None or key.table in homes:
            continue
        homes[key.table] = ".".join(place)
        order.append((key, place))
        inner = (*place, NAME) if key.named else place
        waiting += [(one, (*inner, one.name)) for one in keys_of(key.table).values()]
    for key, place in order:
        assert key.table is not None
        keys = tuple(
            (one, default_text(one), f"#{homes[one.table]}" if one.table is not None else "")
            for one in keys_of(key.table).values()
        )
        yield Section(explain(Meant(place, key)), keys, ".".join((*place, NAME) if key.named else place))


def _recipes(words: _Words) -> Page:
    text = f"{RECIPES_ABOUT} `sim new my.toml --recipe NAME` writes one.\n\n"
    for recipe in recipes().values():
        words.add(f"Recipe {recipe.name}", f"{RECIPES}.html#{recipe.name}", recipe.about)
        text += f"## {recipe.name}\n\n```toml\n{recipe.text.rstrip()}\n```\n\n"
    return "Recipes", Markup(_rendered(text)), ()


def _examples() -> Page:
    text = "".join(f"## {file}\n\n```toml\n{text_of(file).rstrip()}\n```\n\n" for file in files())
    return "Examples", Markup(_rendered(text)), ()
