"""Sums up the runs of the relay and of Postfix: rates, processor time and memory side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.report import PALETTE, table

__all__ = ["Comparison", "Run", "plot"]

_MIB = 2**20


@dataclass(frozen=True)
class Run:
    """One run of one system. Rates are mails per second, `cpu` seconds per mail and `memory` bytes, both by group."""

    system: str
    connections: int
    accepted: float
    relayed: float
    median_wait: float
    longest_wait: float
    cpu: Mapping[str, float]
    memory: Mapping[str, int]


class Comparison:
    """All runs of both systems."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._runs = list(runs)
        self.systems = list(dict.fromkeys(run.system for run in self._runs))
        self.connections = sorted({run.connections for run in self._runs})

    def figures(self, system: str, connections: int, read: Callable[[Run], float]) -> list[float]:
        """One figure of each run of a kind, lowest first; nothing if the system was not measured."""
        return sorted(read(run) for run in self._runs if (run.system, run.connections) == (system, connections))

    def typical(self, system: str, connections: int, read: Callable[[Run], float]) -> float:
        """The median of a figure over the runs."""
        return median(self.figures(system, connections, read))

    def groups(self, system: str) -> list[str]:
        """The groups of processes of a system."""
        return sorted({group for run in self._runs if run.system == system for group in run.cpu})

    def dear(self, system: str) -> list[str]:
        """The groups that cost more than a hundredth of a millisecond per mail."""
        runs = [run for run in self._runs if run.system == system]
        return [group for group in self.groups(system) if any(run.cpu.get(group, 0.0) > 1e-5 for run in runs)]

    def rates(self) -> str:
        """The table of mails per second and of the sender's waits; the ratio is that of the first system to each."""
        head = ["connections", "system", "end to end", "accepted", "wait for the 250: median", "longest"]
        head += [f"{self.systems[0]} ÷ system"] if len(self.systems) > 1 else []
        return table(head, (self._rate_row(count, name) for count in self.connections for name in self.systems))

    def _rate_row(self, connections: int, system: str) -> list[str]:
        cells = [
            str(connections),
            system,
            _range(self.figures(system, connections, lambda run: run.relayed)),
            _range(self.figures(system, connections, lambda run: run.accepted)),
            f"{self.typical(system, connections, lambda run: run.median_wait) * 1000:.1f} ms",
            f"{self.figures(system, connections, lambda run: run.longest_wait)[-1] * 1000:.0f} ms",
        ]
        if len(self.systems) == 1:
            return cells
        return [*cells, "" if system == self.systems[0] else f"**{self.ratio(system, connections):.2f}**"]

    def ratio(self, other: str, connections: int) -> float:
        """How many times as fast the first system is as another, end to end."""
        ours, theirs = (
            self.typical(system, connections, lambda run: run.relayed) for system in (self.systems[0], other)
        )
        return ours / theirs

    def costs(self) -> str:
        """The table of processor time per mail and peak memory, by group of processes."""
        head = ["system", "processes"]
        head += [f"{what} at {count}" for what in ("CPU", "memory") for count in self.connections]
        return table(head, (row for system in self.systems for row in self._cost_rows(system)))

    def _cost_rows(self, system: str) -> Iterable[Sequence[str]]:
        groups = self.groups(system)
        for group in groups if len(groups) > 1 else ():
            yield [system, group, *self._costs(system, lambda used, name=group: used.get(name, 0))]  # type: ignore[misc]
        yield [system, "**all**", *self._costs(system, lambda used: sum(used.values()))]

    def _costs(self, system: str, pick: Callable[[Mapping[str, float]], float]) -> list[str]:
        times = [self.typical(system, count, lambda run: pick(run.cpu)) for count in self.connections]
        sizes = [max(self.figures(system, count, lambda run: pick(run.memory))) for count in self.connections]
        return [*(f"{one * 1000:.2f} ms" for one in times), *(f"{one / _MIB:.0f} MiB" for one in sizes)]


def _range(figures: Sequence[float]) -> str:
    shown = f"{median(figures):,.0f}/s"
    return f"{shown} ({figures[0]:,.0f}–{figures[-1]:,.0f})" if len(figures) > 1 else shown


def plot(found: Comparison) -> Any:
    """Draw the rates end to end, and the processor time that each mail costs."""
    # Chosen before pyplot is imported: there is no screen to draw on.
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
    _plot_rates(left, found)
    _plot_costs(right, found)
    return figure


def _plot_rates(axes: Any, found: Comparison) -> None:
    width = 0.8 / len(found.systems)
    for place, (system, colour) in enumerate(zip(found.systems, PALETTE, strict=False)):
        runs = [found.figures(system, count, lambda run: run.relayed) for count in found.connections]
        typical = [median(one) for one in runs]
        spread = [[mid - one[0] for mid, one in zip(typical, runs, strict=True)],
                  [one[-1] - mid for mid, one in zip(typical, runs, strict=True)]]  # fmt: skip
        places = [at + (place - (len(found.systems) - 1) / 2) * width for at in range(len(runs))]
        bars = axes.bar(places, typical, width, yerr=spread, color=colour, label=system, capsize=3)
        axes.bar_label(bars, fmt="%.0f", padding=2, fontsize=8)
    axes.set_xticks(range(len(found.connections)), [str(count) for count in found.connections])
    axes.set(title="Relayed end to end", xlabel="connections of the sender", ylabel="mails per second")
    axes.margins(y=0.12)
    _explain(axes)


def _plot_costs(axes: Any, found: Comparison) -> None:
    colours = iter(PALETTE)
    parts = [(system, group, next(colours)) for system in found.systems for group in found.dear(system)]
    width = 0.8 / len(found.systems)
    floors: defaultdict[tuple[str, int], float] = defaultdict(float)
    for system, group, colour in parts:
        shift = (found.systems.index(system) - (len(found.systems) - 1) / 2) * width
        for at, count in enumerate(found.connections):
            cost = found.typical(system, count, lambda run, name=group: run.cpu.get(name, 0.0)) * 1000  # type: ignore[misc]
            floor = floors[system, count]
            words = {} if at else {"label": system if len(found.groups(system)) == 1 else f"{system}: {group}"}
            axes.bar(at + shift, cost, width * 0.95, bottom=floor, color=colour, **words)
            floors[system, count] += cost
    axes.set_xticks(range(len(found.connections)), [str(count) for count in found.connections])
    axes.set(title="Processor time per mail", xlabel="connections of the sender", ylabel="milliseconds")
    _explain(axes)


def _explain(axes: Any) -> None:
    # Below, where no bar can be.
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
