# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a scenario declares: its name, what it shows, how it is made, and what the capture must then contain."""
import dataclasses
import typing


@dataclasses.dataclass
class Scene:
    name: str  # town-hall, or <detector>/<positive|near-miss>
    shows: str
    how: str
    play: typing.Callable  # receives a function that makes the town
    checks: dict  # tshark display filter: fewest packets wanted (0: none may match)
    seconds: int = 20  # about how long it takes: the longest are started first
    limit: int = 100 * 1024
    clock: str = ''  # what was stretched or cut, for the README

    @property
    def path(self):
        if '/' not in self.name:
            return f'data/demo/{self.name}.pcap.zst'
        return f'tests/captures/behaviour/{self.name}.pcap.gz'


SCENES = []


def scene(name, shows, how, checks, seconds=20, clock=''):
    """Decorates the function that plays one behaviour capture."""

    def keep(play):
        SCENES.append(Scene(name, shows, how, play, checks, seconds, clock=clock))
        return play

    return keep
