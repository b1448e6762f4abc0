"""An outline as Markdown: headings, paragraphs, tables, lists. What people typed says the same in every renderer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incidents.markdown.portable import escaped, portable, portable_line
from postmortems.document.outline.values import (
    Block,
    Cell,
    Chapter,
    Digest,
    Entry,
    Line,
    Log,
    Outline,
    Picture,
    Prose,
    Row,
    Table,
    Whys,
)

BREAK = "<br>"  # between the lines of a cell: the only way that a table has


def written(o: Outline) -> str:
    """One string, ended by a line feed; between two blocks stands an empty line."""
    return "\n\n".join(block for block in _document(o) if block) + "\n"


def _document(o: Outline) -> Iterator[str]:
    yield f"# {_flat(o.title)}"
    yield "  \n".join(filter(None, (f"**{_flat(o.tag)}**" if o.tag else "", f"{_flat(o.name)}, {_flat(o.kind)}")))
    yield _flat(", ".join((o.state, *o.state_lines)))
    for answer in o.answers:
        yield f"**{_flat(answer.question)}:** {_flat(answer.text)}"
    if o.measures:
        yield _measures(o)
    yield "\n".join(f"- {_flat(name)}: {_flat(text)}" for name, text in o.facts)
    for chapter in o.chapters:
        yield from _chapter(chapter, o)
    if o.is_full:
        yield f"## {_flat(o.words['about'])}"
        yield from _blocks(o.about, o)


def _measures(o: Outline) -> str:
    words = o.words
    heads = [words["time_to"], words["took"], words["limit"], words["result"], words["since"]]
    rows = [[each.name, each.took, each.limit, each.verdict, each.since] for each in o.measures]
    told = [_grid([_flat(head) for head in heads], [[_flat(text) for text in row] for row in rows])]
    told += [
        f"> {_flat(words['internal'])}. {_flat(each.name)}, {_flat(words['disputed'].lower())}: {_flat(each.dispute)}"
        for each in o.measures
        if each.dispute
    ]
    return "\n\n".join(told)


def _chapter(chapter: Chapter, o: Outline) -> Iterator[str]:
    number = f"{chapter.number}\\. " if chapter.number else ""
    inside = f" ({_flat(o.words['internal'])})" if chapter.is_internal else ""
    yield f"## {number}{_flat(chapter.title)}{inside}"
    yield from _blocks(chapter.blocks, o)


def _blocks(blocks: Iterable[Block], o: Outline) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield _table(block, o)
        elif isinstance(block, Prose):
            yield _prose(block, o)
        elif isinstance(block, Log):
            yield f"### {_flat(block.title)}\n\n" + "\n".join(_entry(entry, o) for entry in block.entries)
        elif isinstance(block, Whys):
            steps = (
                f"{n}. **{_flat(why.question)}**{_inside(o, why.is_internal)} {_flat(why.answer)}"
                for n, why in enumerate(block.steps, start=1)
            )
            yield f"### {_flat(block.title)}{_inside(o, block.is_internal)}\n\n" + "\n".join(steps)
        elif isinstance(block, Picture):
            yield _flat(block.alternative)
        elif isinstance(block, Digest):
            note = f"\n\n{_flat(block.note)}" if block.note else ""
            yield f"### {_flat(block.title)}\n\n`{''.join(block.groups)}`{note}"


def _prose(block: Prose, o: Outline) -> str:
    """Its paragraphs; what is internal is a quotation that says so."""
    title = f"### {_flat(block.title)}\n\n" if block.title else ""
    rests = f"*{_flat(o.words['rests'])} {_flat(', '.join(block.rests))}*" if block.rests else ""
    text = portable(block.text)
    if block.is_internal:
        lines = [f"**{_flat(o.words['internal'])}** {rests}".strip(), "", *text.splitlines()]
        return title + "\n".join(f"> {line}" if line else ">" for line in lines)
    return title + "\n\n".join(filter(None, (text, rests)))


def _entry(entry: Entry, o: Outline) -> str:
    when = f"{entry.day}, {entry.time}" if entry.day else entry.time
    title = f"{_flat(entry.title)}. " if entry.title else ""
    rests = f" *({_flat(', '.join(entry.rests))})*" if entry.rests else ""
    link = f" <{entry.link}>" if entry.link.startswith(("http://", "https://")) and " " not in entry.link else ""
    return f"- **{_flat(when)}**{_inside(o, entry.is_internal)} {title}{portable_line(entry.text)}{rests}{link}"


def _table(table: Table, o: Outline) -> str:
    before = [f"### {_flat(table.title)}{_inside(o, table.is_internal)}"] if table.title else []
    before += [f"*{_flat(table.caption)}*"] if table.caption else []
    heads = [f"{_flat(head.text)}{_inside(o, head.is_internal)}" for head in table.heads]
    return "\n\n".join([*before, _grid(heads, [_row(row, o) for row in table.rows])])


def _row(row: Row, o: Outline) -> list[str]:
    first, *others = (_cell(cell) for cell in row.cells)
    return [f"{first}{_inside(o, row.is_internal)}", *others]


def _cell(cell: Cell) -> str:
    return BREAK.join(_line(line) for line in cell)


def _line(line: Line) -> str:
    if line.look == "none":
        return ""
    if line.look == "markdown":
        return portable_line(line.text)
    text = _flat(f"{line.text} {line.beside}".strip())
    return f"**{text}**" if line.look in ("strong", "over") and text else text


def _grid(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _inside(o: Outline, is_internal: bool) -> str:
    return f" ({_flat(o.words['internal'])})" if is_internal else ""


def _flat(text: str) -> str:
    """Plain text in one line."""
    return escaped(" ".join(text.split()))
