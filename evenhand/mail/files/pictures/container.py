"""What is known of a picture after its container was taken apart and put together again without its metadata."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.mail.files.pictures.orientation import UPRIGHT

__all__ = ["Bare"]


@dataclass(frozen=True, slots=True)
class Bare:
    """
    A picture of which only what is needed to show it is left; not yet known to be decodable.

    `pixels` counts those of all frames, as the container announces them. `orientation` is the EXIF value that stood in
    it; `told` says whether anything was left out that could tell of people, places or devices,
    and `lossless` whether its pixels stand as they were drawn.
    """

    content: bytes
    width: int
    height: int
    frames: int = 1
    orientation: int = UPRIGHT
    profile: bytes | None = None
    told: bool = False
    lossless: bool = False

    @property
    def pixels(self) -> int:
        """Pixels of all frames together."""
        return self.width * self.height * self.frames
