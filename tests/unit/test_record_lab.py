#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tools/record-lab promises without recording: labels that name the right flows, seeds that mean the same each time.

usage: test_record_lab.py SOURCE_FOLDER
"""
import importlib.machinery
import importlib.util
import json
import pathlib
import random
import re
import sys
import tempfile
import types

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve()
sys.path[:0] = [str(root / 'tests' / 'system'), str(root / 'tools' / 'record')]
sys.dont_write_bytecode = True

from tap import check, end  # noqa: E402

import lab_attacks  # noqa: E402
import lab_life  # noqa: E402
import lab_people  # noqa: E402
import lab_places  # noqa: E402
import lab_serve  # noqa: E402
import lab_town  # noqa: E402

loader = importlib.machinery.SourceFileLoader('record_lab', str(root / 'tools' / 'record-lab'))
record_lab = importlib.util.module_from_spec(importlib.util.spec_from_loader('record_lab', loader))
loader.exec_module(record_lab)


def host(name, address, side='lan'):
    return types.SimpleNamespace(name=name, ip=address, side=side)


def paper_lab(plan):
    """A laboratory without namespaces: only its machines by name."""
    machines = {name: host(name, f'{plan.prefix}.{last}') for name, (last, _) in plan.machines.items()}
    return types.SimpleNamespace(plan=plan, hosts=machines, prefix=plan.prefix, book=lab_town.Book())


def label_of(rules, source, source_port, destination, port, protocol, at):
    """As a reader of labels.yaml decides."""

    def fits(value, limit):
        low, _, high = str(limit).partition('-')
        return int(low) <= value <= int(high or low)

    for rule in rules:
        if (
            rule.get('source', source) == source
            and rule.get('destination', destination) == destination
            and ('source_port' not in rule or fits(source_port, rule['source_port']))
            and ('port' not in rule or fits(port, rule['port']))
            and rule.get('protocol', protocol) == protocol
            and rule['from'] <= lab_town.stamp(at) <= rule['until']
        ):
            return rule['label'], rule['family']
    return 'benign', 'benign'


# Labels
lab_town.time.sleep = lambda seconds: None
lab = paper_lab(lab_places.PLANS['town-hall'])
ports = lab_town.MALWARE_PORTS[1]
actor = lab_town.Actor(lab, lab.hosts['poste1'], 'poste1-m1', ports)
with actor.does('command'):
    during = lab_town.time.time() + 0.001
    while lab_town.time.time() < during + 0.002:
        pass
rules, desk = lab.book.rules, lab.hosts['poste1'].ip
check(
    label_of(rules, desk, ports[0], '203.0.113.9', 443, 'tcp', during) == ('attack', 'command'),
    'malware is labelled by the source ports it has',
)
check(
    label_of(rules, desk, 40000, '203.0.113.9', 443, 'tcp', during)[0] == 'benign',
    'the machine it lives on works on, and is labelled honest',
)
check(
    label_of(rules, desk, ports[1] + 1, '203.0.113.9', 443, 'tcp', during)[0] == 'benign',
    'another thing on the same machine has a label of its own',
)
check(
    label_of(rules, desk, ports[0], '203.0.113.9', 443, 'tcp', during - 60)[0] == 'benign', 'before an attack nothing is labelled'
)
check(
    label_of(rules, desk, ports[0], '192.168.20.1', 53, 'udp', during)[0] == 'unknown',
    'a look-up by malware is like any other, so unknown',
)
check(
    label_of(rules, '203.0.113.9', 443, desk, ports[0], 'tcp', during + 60)[0] == 'unknown',
    'what looks like an answer of the victim is unknown',
)
with lab_town.Actor(lab, host('dehors1', '203.0.113.201', 'net'), 'dehors1').does('dns-tunnel', quiet_lookups=False):
    at = lab_town.time.time()
check(
    label_of(lab.book.rules, '203.0.113.201', 4, desk, 53, 'udp', at) == ('attack', 'dns-tunnel'),
    'look-ups that are the attack are labelled so',
)
ranges = [lab_town.HONEST_PORTS, *lab_town.MALWARE_PORTS]
check(all(a[1] < b[0] for a, b in zip(ranges, ranges[1:])) and ranges[-1][1] < 65536, 'no port belongs to two', ranges)
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / 'labels.yaml'
    lab.book.save(path)
    lines = path.read_text().splitlines()
    check(
        lines[1:3] == ['default: benign', 'rules:'] and [json.loads(line[4:]) for line in lines[3:]] == lab.book.rules,
        'labels are written one rule a line',
        lines[:4],
    )
    lab_town.Book().save(path)
    check(path.read_text().endswith('rules: []\n'), 'a session without attack has an empty list')

# Plans
known = set(
    re.findall(
        r"'([a-z]+)' in parts|\(\('([a-z]+)'",
        pathlib.Path(lab_serve.__file__).read_text() + pathlib.Path(lab_life.__file__).read_text(),
    )
)
known = {word for pair in known for word in pair if word} | set(lab_people.HABITS)
source = (
    pathlib.Path(lab_serve.__file__).read_text()
    + pathlib.Path(lab_life.__file__).read_text()
    + pathlib.Path(lab_attacks.__file__).read_text()
)
unknown = {
    part
    for plan in lab_places.PLANS.values()
    for _, parts in plan.machines.values()
    for part in parts
    if part not in known and f"'{part}'" not in source
}
check(not unknown, 'each part of a machine means something', unknown)
for plan in lab_places.PLANS.values():
    last = [number for number, _ in plan.machines.values()]
    check(
        len(set(last)) == len(last) and not set(last) & {1, 199, *plan.absent}, f'{plan.name}: no two machines have one address'
    )
    lab = paper_lab(plan)
    chosen = record_lab.chosen_attacks(lab, random.Random('a'), 40)
    again = record_lab.chosen_attacks(lab, random.Random('a'), 40)
    other = record_lab.chosen_attacks(lab, random.Random('b'), 40)
    check(chosen == again and chosen != other, f'{plan.name}: a seed means the same attacks each time, another seed others')
    possible = {family for family, _, needs, _ in lab_attacks.ATTACKS if not needs or lab_people.with_part(lab, needs)}
    check(
        {family for family, *_ in chosen} == possible and len(possible) >= 15,
        f'{plan.name}: one session has every family that is possible there',
        possible,
    )
families = {family for family, *_ in lab_attacks.ATTACKS}
elsewhere = [
    family
    for family in families - {'controllers'}
    if sum(
        not needs or bool(lab_people.with_part(paper_lab(plan), needs))
        for plan in lab_places.PLANS.values()
        for f, _, needs, _ in lab_attacks.ATTACKS
        if f == family
    )
    < 2
]
check(not elsewhere, 'a family is met in more than one organisation, so that leaving one out can be tried', elsewhere)
check(record_lab.numbers('1-3,7') == [1, 2, 3, 7], 'seeds are numbers and ranges')
end()
