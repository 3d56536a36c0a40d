"""Cuts the quoted tail off HTML, leaving every tag that the rest needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evenhand.mail.quotes.flat import TAG, VOID, Flat, flatten
from evenhand.mail.quotes.letters import end_of_letters, letters
from evenhand.mail.quotes.openings import MARKER, Page, is_rule, opening_above
from evenhand.mail.quotes.tail import Part, Sort, divide

__all__ = ["HtmlCut", "cut_html", "cut_html_after"]

# Beyond this nothing is looked for and everything is kept.
_LIMIT = 1024 * 1024
# Without one of these there is no quote that this module would find.
_HINTS = (
    "blockquote", "_quote", "quoted", "rplyfwd", "olk_src", "stopspelling", "outlookmessageheader", "moz-forward",
    "moz-cite", "zwchr", "__headers__", "messagereply", "reference-message", "zmail_extra", "border-top", "<hr",
    "&gt;", "----", "____", 'name="quote', ":</b>", ": </b>", ":</strong>", ":</span>", ": </span>", MARKER,
)  # fmt: skip
_PICTURE = "\ufffc"


@dataclass(frozen=True, slots=True)
class HtmlCut:
    """The HTML without its quoted tail, whether there was one, and whether anything is framed as a quote at all."""

    new: str
    quoted: bool
    framed: bool = field(default=False, compare=False)


def cut_html(html: str, footers: Sequence[str] = ()) -> HtmlCut:
    """
    Remove the quoted tail of an HTML body, with its attribution, and the `footers` that were cut off its plain text.

    Quotes with answers between them stay, as in a plain text; so does a signature that was not cut off there, or a
    picture below the quote. The result is as trustworthy as the input: sanitise it.
    """
    low = html.lower()
    if len(html) > _LIMIT or not (footers or any(hint in low for hint in _HINTS)):
        return HtmlCut(html, quoted=False)
    flat = flatten(html)
    page = _page(flat)
    parts = divide(page)
    above = page.bare[: parts[0].start] if parts else []
    if not any(line and not is_rule(line) for line in above) and any(line.whole for line in flat.lines):
        # With nothing above, the author may have written inside the frame.
        return HtmlCut(html, quoted=False)
    quoted = [(part.start, part.end) for part in parts if part.sort is Sort.QUOTED]
    new, removed = html, False
    for start, end in _apart(page, [*quoted, *_footers(page, parts, footers)]):
        last = max((i for i in range(start, end) if page.bare[i]), default=None)
        if last is not None:
            new, removed = _without(new, flat, start, last), removed or any(start <= one < end for one, _ in quoted)
    return HtmlCut(new, removed, framed=any(page.quoted))


def _apart(page: Page, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join places with nothing shown between them; last first, so that what is cut moves nothing still to be cut."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and not any(page.bare[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined[::-1]


def _footers(page: Page, parts: list[Part], footers: Sequence[str]) -> list[tuple[int, int]]:
    """Find each footer by its letters, at the end of the page or above a part; else what would be cut in a text."""
    ends = [*(part.start for part in parts), *(part.end for part in parts), len(page.bare)]
    taken = [(part.start, part.end) for part in parts if part.sort is Sort.QUOTED]
    found: list[tuple[int, int]] = []
    for footer in footers:
        wanted = letters(footer)
        places = (_ending_with(page, end, wanted) for end in ends) if wanted else iter(())
        place = next((one for one in places if one), None)
        if place is None:
            return [(part.start, part.end) for part in parts if part.sort is Sort.SIGNATURE]
        start, end = place
        if footer.startswith("--") and start and page.bare[start - 1] == "--":
            start -= 1
        if not any(start < other[1] and other[0] < end for other in taken):
            found.append((start, end))
            taken.append((start, end))
    return found


def _ending_with(page: Page, end: int, wanted: str) -> tuple[int, int] | None:
    """Return the lines up to `end` that hold these letters, and no others."""
    for i in range(end - 1, -1, -1):
        line = letters(page.bare[i])
        if not wanted.endswith(line):
            return None
        wanted = wanted[: len(wanted) - len(line)]
        if not wanted:
            return i, end
    return None


def cut_html_after(html: str, said: str) -> HtmlCut:
    """Cut below the line where all that was `said` in the plain text has been shown, if it is shown as said."""
    if len(html) > _LIMIT:
        return HtmlCut(html, quoted=False)
    flat = flatten(html)
    last = end_of_letters([line.text for line in flat.lines], said)
    if last is None or last + 1 >= len(flat.lines):
        return HtmlCut(html, quoted=False)
    return HtmlCut(_without(html, flat, last + 1, len(flat.lines) - 1), quoted=True)


def _page(flat: Flat) -> Page:
    bare = [line.text for line in flat.lines]
    quoted = [line.quoted or line.text[:1] == ">" for line in flat.lines]
    for i in range(len(bare) - 1, -1, -1):
        if bare[i].strip(_PICTURE) and not is_rule(bare[i]):
            break
        # A picture or a line drawn below the quote is neither an answer nor quoted.
        bare[i] = ""
    page = Page(bare, quoted, frozenset(flat.hard))
    _mark_mixed(flat, page)
    for i in range(len(bare) - 2, -1, -1):
        if i in flat.attributions and quoted[i + 1]:
            quoted[i] = True
    _mark_plain(flat, page)
    return page


def _mark_mixed(flat: Flat, page: Page) -> None:
    """Mark what stands in a quote's frame but in no quoted block: all of it, or the attribution above the first."""
    frames: dict[int, list[int]] = {}
    for i, line in enumerate(flat.lines):
        if line.mixed:
            frames.setdefault(line.mixed, []).append(i)
    for frame in frames.values():
        inner = next((i for i in frame if page.quoted[i]), None)
        above = [i for i in frame if inner is None or i < inner]
        short = len(above) <= 3 and above and page.bare[above[-1]].endswith((":", "："))
        if (inner is None and not _forwarded(page, frame)) or short:
            for i in above:
                page.quoted[i] = True


def _forwarded(page: Page, frame: list[int]) -> bool:
    # The lines of a forward speak for themselves, and with nothing written above they are the message.
    return page.bare[frame[0]].startswith("-----")


def _mark_plain(flat: Flat, page: Page) -> None:
    """Mark blocks without any name as quoted where an attribution stands above; else they are the author's own."""
    i, count = 0, len(flat.lines)
    while i < count:
        end = i
        while end < count and flat.lines[end].plain_depth:
            end += 1
        if end > i and not page.quoted[i] and opening_above(page, i) != i:
            page.quoted[i:end] = [True] * (end - i)
        i = max(end, i + 1)


def _without(html: str, flat: Flat, first: int, last: int) -> str:
    """Remove lines `first` to `last` (inclusive) with all that stands around them, tags in pairs only."""
    lines = flat.lines
    start = lines[first - 1].end if first else 0
    end = lines[last + 1].start if last + 1 < len(lines) else len(html)
    if not first:
        start = min(start, lines[0].start)
    unpaired = _unpaired(html[start:end])
    gap = "<br>" if first and last + 1 < len(lines) else ""
    return html[:start] + unpaired + gap + html[end:]


def _unpaired(html: str) -> str:
    """Keep the tags that are opened or closed elsewhere."""
    kept: dict[int, str] = {}
    opened: list[tuple[str, int]] = []
    counts: dict[str, int] = {}
    for place, match in enumerate(TAG.finditer(html)):
        tag = match.group(2).lower()
        if tag in VOID or match.group(3).endswith("/"):
            continue
        if not match.group(1):
            opened.append((tag, place))
            counts[tag] = counts.get(tag, 0) + 1
            kept[place] = match.group()
        elif counts.get(tag, 0):
            _close(tag, opened, counts, kept)
        else:
            kept[place] = match.group()
    return "".join(kept.values())


def _close(tag: str, opened: list[tuple[str, int]], counts: dict[str, int], kept: dict[int, str]) -> None:
    while opened:
        inner, place = opened.pop()
        counts[inner] -= 1
        del kept[place]
        if inner == tag:
            return
