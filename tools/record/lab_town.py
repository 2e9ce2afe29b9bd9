# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organisation of the laboratory: a Town with a line of its own to the internet, and machines that malware may live on.

What malware sends leaves its machine with the machine's address, as in life, but from source ports of its own: it runs in a
namespace behind a translation of addresses. So labels follow from construction, for any tool, while the machine works on.
"""
import datetime
import json
import os
import re
import signal
import subprocess
import threading
import time

from town import Host, HERE, Town

MALWARE_PORTS = [(50000 + 2750 * n, 52749 + 2750 * n) for n in range(4)]  # one range for each thing that runs on a machine
HONEST_PORTS = (30000, 49999)


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%fZ')


class Book:
    """Who did what, when: the labels."""

    def __init__(self):
        self.rules, self.lock = [], threading.Lock()

    def write_down(self, family, began, ended, label='attack', **ends):
        """ends: source, source_port, destination, port, protocol; absent means any."""
        rule = {'family': family, 'label': label, **{k: v for k, v in ends.items() if v is not None}}
        with self.lock:
            self.rules.append(rule | {'from': stamp(began), 'until': stamp(ended)})

    def save(self, path):
        head = '# Made by tools/record-lab. The first rule that holds of a flow decides: who opened it, towards whom, and when.\n'
        rules = ''.join(f'  - {json.dumps(rule)}\n' for rule in self.rules)  # JSON is YAML too
        path.write_text(f'{head}default: benign\nrules:{rules and chr(10) + rules or " []" + chr(10)}')


class Actor:
    """Somebody or something that attacks, and where from. With actor.does('scan', 'nmap...'): each flow of it is labelled."""

    def __init__(self, lab, host, name, ports=None):
        self.lab, self.host, self.name, self.ports = lab, host, name, ports
        self.inside = host.side == 'lan'

    def run(self, command, timeout=60, stdin=''):
        return self.host.run(command, timeout, stdin)

    def does(self, family, sources=None, quiet_lookups=True):
        return Deed(self, family, sources or [self.host.ip], quiet_lookups)


class Deed:
    def __init__(self, actor, family, sources, quiet_lookups):
        self.actor, self.family, self.sources, self.quiet = actor, family, sources, quiet_lookups

    def __enter__(self):
        self.began = time.time()
        return self.actor

    def __exit__(self, *_):
        time.sleep(0.3)
        ended, book, ports = time.time(), self.actor.lab.book, self.actor.ports
        port = f'{ports[0]}-{ports[1]}' if ports else None
        for source in self.sources:
            if self.quiet:  # one look-up by malware is like any other: it teaches nothing
                book.write_down(
                    self.family, self.began, ended, 'unknown', source=source, source_port=port, port=53, protocol='udp'
                )
            book.write_down(self.family, self.began, ended, source=source, source_port=port)
            if ports:  # no port tells whose an ICMP message was
                book.write_down(self.family, self.began, ended, 'unknown', source=source, protocol='icmp')
                book.write_down(self.family, self.began, ended + 5, 'unknown', destination=source, protocol='icmp')
            # what a sensor that missed the beginning takes for a flow of the victim
            book.write_down(self.family, self.began, ended + 900, 'unknown', destination=source, port=port)


class Lab(Town):
    def __init__(self, folder, plan, seed, link, seconds):
        self.plan, self.book, self.link_program, self.seconds = plan, Book(), link, int(seconds)
        self.ending = threading.Event()
        super().__init__('lab', folder, prefix=plan.prefix)
        self.router.side = 'lan'
        self._line(seed)

    def _line(self, seed):
        """Between the router's cards: delay by far end, loss, and the narrow line of this organisation."""
        for card in ('in0', 'out0'):
            self._ip('-n', self.router.ns, 'tuntap', 'add', card, 'mode', 'tun')
            self._ip('-n', self.router.ns, 'link', 'set', card, 'up')
        up, down = self.plan.line_kbit
        log = open(self.dir / 'link.log', 'wb')
        self.started.append(
            subprocess.Popen(
                [
                    'nsenter',
                    f'--net=/run/netns/{self.router.ns}',
                    self.link_program,
                    'in0',
                    'out0',
                    str(seed),
                    str(up),
                    str(down),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )
        log.close()
        self._sysctl(self.router.ns, 'net.ipv4.conf.all.accept_local=1')  # its own packets come back from out0
        for words in (
            ('route', 'replace', 'default', 'dev', 'in0', 'src', self.router.ip),
            ('route', 'add', 'default', 'dev', 'wan0', 'table', '100'),
            ('route', 'add', 'default', 'dev', 'out0', 'table', '101'),
            ('rule', 'add', 'iif', 'out0', 'lookup', '100'),
            ('rule', 'add', 'iif', 'wan0', 'lookup', '101'),
        ):
            self._ip('-n', self.router.ns, *words)

    def add(self, name, address, mac, side='lan'):
        host = super().add(name, address, mac, side)
        host.side = side
        low, high = HONEST_PORTS
        self._sysctl(host.ns, f'net.ipv4.ip_local_port_range={low} {high}', 'net.ipv4.ping_group_range=0 2147483647')
        return host

    def more_addresses(self, host, addresses):
        for address in addresses:
            self._ip('-n', host.ns, 'addr', 'add', f'{address}/32', 'dev', 'eth0')

    def infect(self, host, slot=0):
        """Malware on a machine: another namespace, behind the machine's address and ports of its own."""
        number, ports = len(self.hosts), MALWARE_PORTS[slot]
        near, far = f'10.255.{number}.1', f'10.255.{number}.2'
        evil = Host(self, f'{host.name}-m{slot}', host.ip, host.mac)
        evil.side, card = 'lan', f'm{slot}'
        self.hosts[evil.name] = evil
        self._ip('netns', 'add', evil.ns)
        self._quiet(evil.ns)
        self._ip('-n', evil.ns, 'link', 'set', 'lo', 'up')
        self._ip('-n', host.ns, 'link', 'add', card, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', evil.ns)
        self._ip('-n', host.ns, 'addr', 'add', f'{near}/30', 'dev', card)
        self._ip('-n', host.ns, 'link', 'set', card, 'up')
        self._ip('-n', evil.ns, 'addr', 'add', f'{far}/30', 'dev', 'eth0')
        self._ip('-n', evil.ns, 'link', 'set', 'eth0', 'up')
        self._ip('-n', evil.ns, 'route', 'add', 'default', 'via', near)
        self._sysctl(evil.ns, f'net.ipv4.ip_local_port_range={ports[0]} {ports[1]}')
        self._sysctl(host.ns, 'net.ipv4.ip_forward=1')
        for ns, end in ((host.ns, card), (evil.ns, 'eth0')):
            off = ['ethtool', '-K', end, 'tx', 'off', 'tso', 'off', 'gso', 'off', 'gro', 'off']
            subprocess.run(['nsenter', f'--net=/run/netns/{ns}', *off], check=True, capture_output=True)
        low, high = ports
        rules = (
            f'table ip {card} {{ chain out {{ type nat hook postrouting priority 100; '
            f'ip saddr {far} ip protocol tcp masquerade to :{low}-{high}; '
            f'ip saddr {far} ip protocol udp masquerade to :{low}-{high}; ip saddr {far} masquerade; }}; '
            # what connection tracking does not know would show the inner address
            f'chain pass {{ type filter hook forward priority 0; ip saddr {far} ct state invalid drop; }}; }}'
        )
        subprocess.run(['nsenter', f'--net=/run/netns/{host.ns}', 'nft', '-f', '-'], input=rules, text=True, check=True)
        return Actor(self, evil, evil.name, ports)

    def wait(self, seconds):
        """False when the session ended meanwhile."""
        return not self.ending.wait(seconds)

    def tool(self, name):
        return HERE / name

    def interrupt(self, process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)


def machine_mac(name, number):
    """Card makers as one finds them, by kind of machine."""
    makers = {
        'imprimante': '00:80:77',
        'camera': '44:19:b6',
        'automate': '00:1b:1b',
        'poste': 'd4:be:d9',
        'telephone': '00:15:65',
    }
    kind = re.match(r'[a-z]+', name).group()
    return f'{makers.get(kind, "00:25:90")}:{number:02x}:{sum(name.encode()) % 256:02x}:{number * 7 % 256:02x}'
