"""What can be pointed at in a layout: each with its place in the source as written."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Declaration", "Indent", "Legacy", "Picture", "Resource", "Turned"]


@dataclass(frozen=True, slots=True)
class Declaration:
    """
    A declaration of a style; its place takes in the semicolon behind it.

    `tag` is the element it stands at, or the selector of a style block. `at` is where its value begins, or -1 where it
    is written with entities.
    """

    tag: str
    name: str
    value: str
    start: int
    end: int
    at: int


@dataclass(frozen=True, slots=True)
class Legacy:
    """An attribute that sets looks, such as `face` or `color`; its place takes in its name."""

    tag: str
    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Picture:
    """
    A picture that is shown; `share` is how much of the container's width it takes, `None` where no width is set.

    `alt` is `None` where there is none. `is_link`: it leads somewhere and nothing but it does. `width` and `height`
    are as set, in pixels.
    """

    start: int
    end: int
    source: str
    alt: str | None
    share: float | None
    width: float | None
    height: float | None
    is_link: bool
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """Something a mail program would fetch: a picture, a background, a sheet."""

    start: int
    end: int
    address: str


@dataclass(frozen=True, slots=True)
class Indent:
    """Text that stands in from the sides, by this share of the container's width; the place is the tag that does it."""

    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class Turned:
    """Text that is aligned otherwise than its language is; the place is the tag that does it."""

    start: int
    end: int
    value: str
