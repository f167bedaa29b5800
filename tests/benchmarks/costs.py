"""CPU seconds that each of several processes used: what a throughput is bound by when they share a machine."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from bilet_local.components.component import Component


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU seconds by the name of the component, its children included."""

    seconds: Mapping[str, float]

    def since(self, earlier: "Costs", events: int) -> str:
        """Microseconds of CPU per event since then, in words."""
        spent = {name: total - earlier.seconds.get(name, 0.0) for name, total in self.seconds.items()}
        return ", ".join(f"{name} {seconds / events * 1e6:.0f}" for name, seconds in spent.items())


def costs(*components: Component) -> Costs:
    """Read what the components have used so far."""
    return Costs({component.name: _used(component) for component in components})


def _used(component: Component) -> float:
    if component.pid is None:
        return 0.0
    process = psutil.Process(component.pid)
    total = sum(process.cpu_times()[:4])
    for child in process.children(recursive=True):
        try:
            total += sum(child.cpu_times()[:4])
        except psutil.Error:
            continue
    return float(total)
