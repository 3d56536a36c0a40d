"""Draws the small pictures that people of the demonstration attach: flat shapes, a few colours, a few hundred bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

__all__ = ["draw"]

WIDTH, HEIGHT = 320, 240

Colour = tuple[int, int, int]
Point = tuple[int, int]
_WALL, _TABLE, _DARK, _WHITE = (238, 231, 220), (176, 137, 96), (54, 48, 46), (250, 248, 243)
_BRASS, _LINEN, _BLUE, _RED = (196, 154, 62), (247, 236, 205), (74, 111, 150), (170, 62, 50)
_GREEN, _CARD, _TAPE, _GLOW = (96, 128, 92), (203, 165, 116), (228, 207, 164), (255, 244, 190)


class Canvas:
    """A picture of palette colours; what is drawn later lies on top."""

    def __init__(self, background: Colour) -> None:
        self.palette = [background]
        self.rows = [bytearray(WIDTH) for _ in range(HEIGHT)]

    def box(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        """Fill a rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def oval(self, x: int, y: int, across: int, down: int, colour: Colour) -> None:
        """Fill an ellipse around a centre, given its half axes."""
        ink = self._ink(colour)
        for row in range(max(0, y - down), min(HEIGHT, y + down + 1)):
            half = int(across * max(0.0, 1 - ((row - y) / down) ** 2) ** 0.5)
            self._line(row, x - half, x + half, ink)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon, by the even-odd rule."""
        ink = self._ink(colour)
        for row in range(HEIGHT):
            crossings = sorted(_crossings(points, row + 0.5))
            for start, end in zip(crossings[::2], crossings[1::2], strict=False):
                self._line(row, round(start), round(end), ink)

    def crack(self, points: Sequence[Point], colour: Colour, thick: int = 3) -> None:
        """Draw a jagged line through the points."""
        for (x1, y1), (x2, y2) in pairwise(points):
            self.polygon([(x1, y1), (x1 + thick, y1), (x2 + thick, y2), (x2, y2)], colour)

    def png(self) -> bytes:
        """Write the picture as PNG (ISO/IEC 15948): header, palette, one stream of unfiltered rows."""
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        data = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        palette = b"".join(bytes(colour) for colour in self.palette)
        chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)

    def _ink(self, colour: Colour) -> int:
        if colour not in self.palette:
            self.palette.append(colour)
        return self.palette.index(colour)

    def _line(self, row: int, start: int, end: int, ink: int) -> None:
        start, end = max(0, start), min(WIDTH, end)
        if start < end:
            self.rows[row][start:end] = bytes([ink]) * (end - start)


def draw(scene: str) -> bytes:
    """Draw a scene by name, as PNG; an unknown name gives a plain parcel."""
    return _SCENES.get(scene, _parcel)().png()


def _crossings(points: Sequence[Point], y: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 <= y) != (y2 <= y):
            yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _room() -> Canvas:
    canvas = Canvas(_WALL)
    canvas.box(0, 190, WIDTH, HEIGHT, _TABLE)
    return canvas


def _lamp() -> Canvas:
    canvas = _room()
    canvas.oval(160, 196, 54, 10, _DARK)
    canvas.oval(160, 192, 50, 9, _BRASS)
    canvas.box(155, 110, 165, 192, _BRASS)
    canvas.polygon([(125, 40), (195, 40), (225, 118), (95, 118)], _LINEN)
    return canvas


def _lamp_cracked() -> Canvas:
    canvas = _lamp()
    canvas.crack([(176, 40), (166, 60), (184, 78), (170, 98), (182, 118)], _DARK)
    canvas.polygon([(182, 92), (226, 118), (186, 118)], _WALL)
    canvas.polygon([(232, 186), (262, 196), (236, 202)], _LINEN)
    return canvas


def _lamp_lit() -> Canvas:
    canvas = _lamp()
    canvas.polygon([(95, 118), (225, 118), (290, 190), (30, 190)], _GLOW)
    canvas.box(155, 118, 165, 192, _BRASS)
    return canvas


def _dinosaur() -> Canvas:
    canvas = _room()
    canvas.oval(150, 150, 62, 40, _GREEN)
    canvas.polygon([(190, 140), (214, 60), (236, 66), (206, 166)], _GREEN)
    canvas.oval(232, 62, 24, 15, _GREEN)
    canvas.polygon([(96, 140), (30, 182), (108, 172)], _GREEN)
    canvas.box(116, 176, 134, 200, _GREEN)
    canvas.box(168, 176, 186, 200, _GREEN)
    canvas.oval(238, 58, 3, 3, _DARK)
    canvas.oval(150, 146, 26, 16, _GLOW)
    return canvas


def _parcel() -> Canvas:
    canvas = _room()
    canvas.box(80, 90, 240, 204, _CARD)
    canvas.box(150, 90, 170, 204, _TAPE)
    return canvas


def _parcel_crushed() -> Canvas:
    canvas = _room()
    canvas.polygon([(80, 96), (140, 84), (164, 122), (196, 88), (240, 104), (232, 204), (84, 204)], _CARD)
    canvas.crack([(164, 122), (152, 150), (170, 168), (158, 204)], _DARK)
    canvas.box(96, 180, 132, 188, _WHITE)
    return canvas


def _mug() -> Canvas:
    canvas = _room()
    canvas.oval(214, 150, 32, 32, _BLUE)
    canvas.oval(214, 150, 20, 20, _WALL)
    canvas.box(110, 104, 208, 204, _BLUE)
    canvas.oval(159, 104, 49, 10, _WHITE)
    return canvas


def _mug_broken() -> Canvas:
    canvas = _mug()
    canvas.polygon([(176, 92), (212, 92), (212, 138), (190, 128)], _WALL)
    canvas.polygon([(246, 188), (284, 196), (256, 206)], _BLUE)
    return canvas


def _tiles() -> Canvas:
    canvas = Canvas(_WHITE)
    for row in range(3):
        for column in range(4):
            x, y = 40 + column * 80, 40 + row * 80
            canvas.polygon([(x, y - 34), (x + 34, y), (x, y + 34), (x - 34, y)], _RED if row == column else _BLUE)
            canvas.oval(x, y, 12, 12, _GLOW)
    return canvas


def _stool() -> Canvas:
    canvas = _room()
    canvas.polygon([(112, 100), (124, 100), (106, 212), (94, 212)], _BRASS)
    canvas.polygon([(196, 100), (208, 100), (226, 212), (214, 212)], _BRASS)
    canvas.oval(160, 96, 70, 14, _CARD)
    canvas.oval(262, 206, 6, 4, _DARK)
    return canvas


_SCENES: dict[str, Callable[[], Canvas]] = {
    "lamp": _lamp,
    "lamp-cracked": _lamp_cracked,
    "lamp-lit": _lamp_lit,
    "dinosaur": _dinosaur,
    "parcel-crushed": _parcel_crushed,
    "mug": _mug,
    "mug-broken": _mug_broken,
    "tiles": _tiles,
    "stool": _stool,
}
