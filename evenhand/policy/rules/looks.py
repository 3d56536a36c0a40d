"""How a message may look: no emoji, no type, colour, alignment or width of its own, nothing for eyes alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from evenhand.policy.case import Case
from evenhand.policy.facts import ImageFact
from evenhand.policy.layout import Declaration, Layout, Picture, lay_out
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.text.emoji import emoji_in
from evenhand.policy.text.fold import fold
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_SMALLEST = 3
"""Pixels; a picture smaller than that shows nothing."""

_UNSET = frozenset({"inherit", "initial", "unset", "revert", "revert-layer", "currentcolor", "normal"})
_LINE_HEIGHT = re.compile(r"\s*/\s*[\d.]+[a-z%]*", re.IGNORECASE)
_FAMILY = re.compile(
    r"(?:\d[\d.]*(?:px|pt|em|rem|%|ex)|(?:x{1,3}-)?(?:small|large)|medium|larger|smaller)(?:\s*/\s*[\d.]+[a-z%]*)?\s+(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"\w+")


def _layout(case: Case, parameters: Parameters) -> Layout:
    part = case.part("html")
    if part is None:
        return Layout()
    return lay_out(part.source, float(parameters.container_width), parameters.line_breaks_most)


def _hit(case: Case, start: int, end: int) -> Hit:
    part = case.part("html")
    return Hit("html", start, end, part.source[start:end] if part else "")


def emoji(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find emoji in subject, text, page and alternative texts."""
    for part in case.parts:
        if part.name in {"subject", "text", "html"} and not part.attachment:
            for start, end in emoji_in(part.seen.text):
                yield Hit(part.name, *part.seen.span(start, end), part.seen.text[start:end])


def animated(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find pictures in the body that are GIF, or have more than one frame."""
    pictures = [one for one in _layout(case, parameters).pictures if not one.is_hidden]
    moving = [one for one in case.facts.images or () if _moves(one)]
    for one in pictures:
        address = one.source.partition("?")[0].partition("#")[0].lower()
        fact = _fact_of(one, moving)
        if fact or address.endswith(".gif") or address.startswith("data:image/gif"):
            yield _hit(case, one.start, one.end)
            moving = [each for each in moving if each is not fact]
    for image in moving:
        yield Hit(image.source)


def _moves(image: ImageFact) -> bool:
    is_gif = (image.media_type or "").lower() == "image/gif" or image.source.lower().endswith(".gif")
    return is_gif or (image.frames or 1) > 1


def _fact_of(picture: Picture, images: Sequence[ImageFact]) -> ImageFact | None:
    bare = picture.source.removeprefix("cid:")
    return next((one for one in images if one.source.removeprefix("cid:") == bare), None)


def margins(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find text that stands in from the sides by more than a share of the container."""
    for one in _layout(case, parameters).indents:
        if one.share > parameters.margin_most + 1e-9:
            yield _hit(case, one.start, one.end)


def wide_images(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find pictures wider than a share of the container, as set, or else by their own measure."""
    images = list(case.facts.images or ())
    for one in _layout(case, parameters).pictures:
        fact = _fact_of(one, images)
        images = [each for each in images if each is not fact]
        natural = fact.width / parameters.container_width if fact is not None and fact.width else None
        share = one.share if one.share is not None else natural
        if share is not None and share > parameters.image_most + 1e-9 and not one.is_hidden:
            yield _hit(case, one.start, one.end)
    for image in images:
        if (
            case.part("html") is None
            and image.width
            and image.width > parameters.image_most * parameters.container_width
        ):
            yield Hit(image.source)


def line_height(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find heights of lines that are set, also in the shorthand of a font."""
    for one in _layout(case, parameters).declarations:
        if one.name == "line-height" and _is_set(one):
            yield _hit(case, one.start, one.end)
        elif one.name == "font":
            yield from _within(case, one, _LINE_HEIGHT.search(one.value), 0)


def font_family(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find families of fonts that are set: in a style, in its shorthand, in an attribute."""
    layout = _layout(case, parameters)
    for one in layout.declarations:
        if one.name == "font-family" and _is_set(one):
            yield _hit(case, one.start, one.end)
        elif one.name == "font":
            found = _FAMILY.search(one.value)
            if found and found[1].strip().lower() not in _UNSET:
                yield from _within(case, one, found, 1)
    for old in layout.legacies:
        if old.name == "face" and old.tag in {"font", "basefont"}:
            yield _hit(case, old.start, old.end)


def font_color(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find colours of text that are set; those of links too, unless the parameters leave them alone."""
    layout = _layout(case, parameters)
    for one in layout.declarations:
        is_link = one.tag.lower().partition(":")[0].partition(".")[0].split(" ")[-1] == "a"
        if (
            one.name in {"color", "-webkit-text-fill-color"}
            and _is_set(one)
            and (parameters.coloured_links or not is_link)
        ):
            yield _hit(case, one.start, one.end)
    for old in layout.legacies:
        is_text = (old.name == "color" and old.tag != "hr") or (old.tag == "body" and old.name == "text")
        if is_text or (old.name in {"link", "vlink", "alink"} and parameters.coloured_links):
            yield _hit(case, old.start, old.end)


def _is_set(one: Declaration) -> bool:
    return one.value.lower().replace("!important", "").strip() not in _UNSET


def _within(case: Case, one: Declaration, found: re.Match[str] | None, group: int) -> Iterator[Hit]:
    """Point at a piece of a declaration, or at the whole where its places are not known."""
    if found is not None:
        start, end = (one.start, one.end) if one.at < 0 else (one.at + found.start(group), one.at + found.end(group))
        yield _hit(case, start, end)


def font_sizes(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find text in a size beyond the most that may be used together."""
    for start, end in list(_layout(case, parameters).sizes.values())[parameters.font_sizes_most :]:
        yield _hit(case, start, end)


def alignment(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find text that is aligned otherwise than its own script is."""
    for one in _layout(case, parameters).turned:
        yield _hit(case, one.start, one.end)


def line_breaks(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find line breaks beyond the most in a row; what is pointed at is surplus, and may be deleted."""
    part = case.part("text")
    # Of a mail in both forms the page is what is seen.
    if part is not None and not case.facts.html:
        source = part.source
        end = len(source.rstrip())
        row = re.compile(rf"\n(?:[^\S\n]*\n){{{max(1, parameters.line_breaks_most)},}}")
        for hit in row.finditer(source, len(source) - len(source.lstrip()), end):
            kept = hit.start()
            for _ in range(parameters.line_breaks_most):
                kept = source.index("\n", kept) + 1
            yield Hit("text", kept, hit.end())
    for start, stop in _layout(case, parameters).breaks:
        yield _hit(case, start, stop)


def accessibility(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find pictures without a text that says what they show, and texts that only a picture shows."""
    layout = _layout(case, parameters)
    told = set()
    for one in layout.pictures:
        if one.is_hidden or _is_dot(one):
            continue
        # An empty text says that a picture says nothing, which is no excuse where it leads somewhere.
        is_mute = one.alt is None or (one.is_link and not one.alt.strip())
        if is_mute or _only_shown(case, _fact_of(one, case.facts.images or ())):
            told.add(one.source.removeprefix("cid:"))
            yield _hit(case, one.start, one.end)
    for image in case.facts.images or ():
        bare = image.source.removeprefix("cid:")
        is_elsewhere = not any(one.source.removeprefix("cid:") == bare for one in layout.pictures)
        if is_elsewhere and bare not in told and _only_shown(case, image):
            yield Hit(image.source)


def _is_dot(one: Picture) -> bool:
    return any(side is not None and side < _SMALLEST for side in (one.width, one.height))


def _only_shown(case: Case, image: ImageFact | None) -> bool:
    """Whether most words in a picture stand nowhere else in the message."""
    words = _WORD.findall(fold(image.text).text) if image is not None and image.text else []
    if len(words) < 4:
        return False
    bodies = [one.folded.text for one in case.parts if one.name in {"subject", "text", "html"}]
    said = set(_WORD.findall(" ".join(bodies)))
    return sum(word in said for word in words) < 0.7 * len(words)


CHECKS: Mapping[str, Check] = {
    "emoji": emoji,
    "animated-image": animated,
    "margin-over-20": margins,
    "image-over-80": wide_images,
    "line-height-override": line_height,
    "font-family-override": font_family,
    "font-color-override": font_color,
    "font-sizes-over-3": font_sizes,
    "alignment-override": alignment,
    "too-many-line-breaks": line_breaks,
    "accessibility": accessibility,
}
