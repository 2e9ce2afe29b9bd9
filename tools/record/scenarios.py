# SPDX-License-Identifier: AGPL-3.0-or-later
"""All behaviour captures, and the README written from what they declare."""
import flows
import floods
import guesses
import lan
import names
import scans
from scene import SCENES

FAMILIES = [family.__name__ for family in (scans, guesses, names, floods, lan, flows)]
SCENES.sort(key=lambda scene: FAMILIES.index(scene.play.__module__))

HEAD = '''# Behaviour captures

One folder per detector, with its name. `positive.pcap.gz` must raise it and `near-miss.pcap.gz`, honest activity that looks
like it, must stay silent. Made by `tools/record-demo --out . [detector]`, which also writes this page; nothing here comes
from anybody else's network.

The packets are real: real servers, clients and attack tools, in network namespaces, taken on the switch of a small town hall
(`192.168.20.0/24`, router, DNS and DHCP `.1`, servers `.10` to `.15`, desks `.31` to `.35`, printer `.50`); the internet
side is `198.51.100.0/24` and `203.0.113.0/24`. **The clock is not**: every capture starts at 2026-03-03 08:00:00 UTC and, where
"clock" says so, silences are lengthened or days put between phases by `tools/stretch-time`, which changes no byte of a packet
(so TCP timestamp options, and the dates that servers write in their answers, do not follow).
The last column also says how many bytes of each packet were kept; whole when empty. Frames larger than 1514 bytes, in the
exfiltration captures, are what a sensor sees on a host whose card cuts segments by itself.

| capture | shows | made with | clock and cut |
|---|---|---|---|
'''


def write_readme(out):
    rows = [f'| `{scene.name}` | {scene.shows} | {scene.how} | {scene.clock} |' for scene in SCENES]
    target = out / 'tests/captures/behaviour/README.md'
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(HEAD + '\n'.join(rows) + '\n')
