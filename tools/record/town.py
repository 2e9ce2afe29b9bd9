# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small town hall made of network namespaces, and the capture taken on its switch.

    workstations, servers, printer --- switch (captured here) --- router --- internet hosts

Nothing can leave: no namespace has a way to the machine's own network.
"""
import os
import pathlib
import re
import signal
import subprocess
import time

LAN = '192.168.20'
ROUTER = f'{LAN}.1'
ROUTER_MAC = '00:0d:b9:4a:20:01'
HERE = pathlib.Path(__file__).resolve().parent

# name: (last byte of the address, MAC address)
LAN_HOSTS = {
    'serveur': (10, '00:25:90:c3:20:10'),
    'fichiers': (11, '00:25:90:c3:20:11'),
    'etat-civil': (12, '00:25:90:c3:20:12'),
    'supervision': (15, 'dc:a6:32:5e:20:15'),
    'accueil': (31, 'd4:be:d9:11:20:31'),
    'mairie': (32, 'd4:be:d9:11:20:32'),
    'urbanisme': (33, 'd4:be:d9:11:20:33'),
    'compta': (34, 'd4:be:d9:11:20:34'),
    'police': (35, 'd4:be:d9:11:20:35'),
    'imprimante': (50, '00:80:77:9c:20:50'),
}
NET_HOSTS = {
    'resolver': '198.51.100.53',
    'horloge': '198.51.100.123',
    'web': '198.51.100.80',
    'cdn': '198.51.100.90',
    'partenaire': '203.0.113.21',
    'depot': '203.0.113.66',
    'inconnu': '203.0.113.99',
}


class Host:
    """One network namespace with one card."""

    def __init__(self, town, name, address, mac):
        self.town, self.name, self.ip, self.mac = town, name, address, mac
        self.ns = f'{town.name}.{name}'
        self.dir = town.dir / name
        self.dir.mkdir(exist_ok=True)

    def _argv(self, command):
        if isinstance(command, str):
            command = ['sh', '-c', command]
        return ['nsenter', f'--net=/run/netns/{self.ns}', *map(str, command)]

    def run(self, command, timeout=60, stdin=''):
        """Runs to the end, or to the time limit; what it printed is returned."""
        shown = command if isinstance(command, str) else ' '.join(map(str, command))
        with subprocess.Popen(
            self._argv(command),
            cwd=self.dir,
            text=True,
            errors='replace',
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                output, _ = process.communicate(stdin, timeout=timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                output, _ = process.communicate()
                output += f'\n[stopped after {timeout} s]'
        self.town.note(f'{self.name}$ {shown}\n{output}')
        return output

    def start(self, command, port=None, udp=False, wait=0.0):
        """Starts a command that stays, and waits until it listens on its port."""
        log = open(self.dir / 'started.log', 'ab')
        process = subprocess.Popen(
            self._argv(command),
            cwd=self.dir,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self.town.started.append(process)
        time.sleep(wait)
        if port:
            probe = self._argv(['ss', '-Hlun' if udp else '-Hltn', f'sport = :{port}'])
            for _ in range(150):
                if subprocess.run(probe, capture_output=True, check=False).stdout:
                    return process
                if process.poll() is not None:
                    break
                time.sleep(0.1)
            raise RuntimeError(
                f'{self.ns}: nothing listens on {port} after: {command}; ' + (self.dir / 'started.log').read_text()[-600:]
            )
        return process

    def stop(self, process):
        self.town.stop(process)

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Town:
    def __init__(self, name, folder, lan=(), net=(), offload=False, prefix=LAN):
        self.name, self.dir, self.started, self.clips = name, pathlib.Path(folder), [], []
        self.prefix = prefix
        self.dir.mkdir(parents=True, exist_ok=True)
        self.offload = offload
        self.hosts, self.capturing = {}, None
        for side in ('lan', 'net'):
            self._ip('netns', 'add', f'{name}.{side}')
            self._quiet(f'{name}.{side}')
            self._ip('-n', f'{name}.{side}', 'link', 'add', 'br0', 'type', 'bridge')
            self._ip('-n', f'{name}.{side}', 'link', 'set', 'br0', 'up', 'promisc', 'on')
        self.router = self.add('routeur', f'{prefix}.1', ROUTER_MAC)
        self._plug(self.router, 'net', 'wan0', '00:0d:b9:4a:20:02')
        self._ip('-n', self.router.ns, 'addr', 'add', '203.0.113.2/32', 'dev', 'wan0')
        self._ip('-n', self.router.ns, 'route', 'add', 'default', 'dev', 'wan0', 'src', self.router.ip)
        self._sysctl(self.router.ns, 'net.ipv4.ip_forward=1')
        for host in lan:
            self.add_lan(host)
        for host in net:
            self.add_net(host)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            self.stop(process)
        for ns in [host.ns for host in self.hosts.values()] + [f'{self.name}.lan', f'{self.name}.net']:
            subprocess.run(['ip', 'netns', 'del', ns], check=False, capture_output=True)

    def __getattr__(self, name):
        """town.accueil, town.etat_civil: the host of that name."""
        hosts = self.__dict__.get('hosts', {})
        for known in (name, name.replace('_', '-')):
            if known in hosts:
                return hosts[known]
        raise AttributeError(name)

    def note(self, text):
        with open(self.dir / 'notes.log', 'a', encoding='utf-8') as file:
            file.write(f'{time.strftime("%H:%M:%S")} {text}\n')

    def _ip(self, *words):
        subprocess.run(['ip', *words], check=True, capture_output=True)

    def _sysctl(self, ns, *settings):
        subprocess.run(['nsenter', f'--net=/run/netns/{ns}', 'sysctl', '-qw', *settings], check=True, capture_output=True)

    def _quiet(self, ns):
        self._sysctl(
            ns,
            'net.ipv6.conf.all.disable_ipv6=1',
            'net.ipv6.conf.default.disable_ipv6=1',
            'net.ipv4.conf.all.rp_filter=0',
            'net.ipv4.conf.default.rp_filter=0',
            'net.ipv4.conf.all.send_redirects=0',
            'net.ipv4.conf.default.send_redirects=0',
        )

    def _plug(self, host, side, card, mac):
        switch = f'{self.name}.{side}'
        port = re.sub(r'[^a-z0-9]', '', host.name)[:12]
        self._ip('-n', switch, 'link', 'add', f'p-{port}', 'type', 'veth', 'peer', 'name', card, 'netns', host.ns)
        self._ip('-n', switch, 'link', 'set', f'p-{port}', 'master', 'br0', 'up')
        self._ip('-n', host.ns, 'link', 'set', card, 'address', mac, 'up')
        if not self.offload:  # so that the capture holds the frames a wire would carry
            subprocess.run(
                [
                    'nsenter',
                    f'--net=/run/netns/{host.ns}',
                    'ethtool',
                    '-K',
                    card,
                    'tx',
                    'off',
                    'tso',
                    'off',
                    'gso',
                    'off',
                    'gro',
                    'off',
                ],
                check=True,
                capture_output=True,
            )

    def add(self, name, address, mac, side='lan'):
        host, card = Host(self, name, address, mac), 'lan0' if name == 'routeur' else 'eth0'
        self.hosts[name] = host
        self._ip('netns', 'add', host.ns)
        self._quiet(host.ns)
        self._ip('-n', host.ns, 'link', 'set', 'lo', 'up')
        self._plug(host, side, card, mac)
        if address:
            self._ip('-n', host.ns, 'addr', 'add', f'{address}/24' if side == 'lan' else f'{address}/32', 'dev', card)
        return host

    def add_lan(self, name, last=None, mac=None, lease=False):
        """A host of the town hall; with lease=True it has no address before it asks for one."""
        if last is None:
            last, mac = LAN_HOSTS[name]
        host = self.add(name, None if lease else f'{self.prefix}.{last}', mac)
        if not lease:
            self._ip('-n', host.ns, 'route', 'add', 'default', 'via', self.router.ip)
        return host

    def add_net(self, name, address=None):
        address = address or NET_HOSTS[name]
        last = [int(x) for x in address.split('.')]
        host = self.add(name, address, '52:54:00:%02x:%02x:%02x' % (last[0], last[2], last[3]), 'net')
        self._ip('-n', host.ns, 'route', 'add', 'default', 'dev', 'eth0')
        self._ip('-n', host.ns, 'route', 'add', f'{self.prefix}.0/24', 'via', '203.0.113.2', 'dev', 'eth0', 'onlink')
        return host

    def forget_neighbours(self):
        for host in self.hosts.values():
            self._ip('-n', host.ns, 'neigh', 'flush', 'all')

    def stop(self, process):
        if process.poll() is None:
            try:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(2)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process in self.started:
            self.started.remove(process)

    def capture(self, snap=0, filter_='', **clip):
        return Capture(self, snap, filter_, clip)


class Capture:
    """with town.capture(at=3600, pause='0.5:60'): what happens meanwhile goes into one clip.

    The keywords are those of tools/stretch-time.
    """

    def __init__(self, town, snap, filter_, clip):
        self.town, self.snap, self.filter, self.clip = town, snap, filter_, clip

    def __enter__(self):
        town = self.town
        self.path = town.dir / f'clip-{len(town.clips)}.pcap'
        town.clips.append((self.path, self.clip))
        log = open(town.dir / 'tcpdump.log', 'wb')
        self.process = subprocess.Popen(
            [
                'nsenter',
                f'--net=/run/netns/{town.name}.lan',
                'tcpdump',
                '-Z',
                'root',
                '-ni',
                'br0',
                '-B',
                '16384',
                '-s',
                str(self.snap),
                '-w',
                str(self.path),
                *self.filter.split(),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        for _ in range(100):
            if b'listening on' in (town.dir / 'tcpdump.log').read_bytes():
                break
            time.sleep(0.05)
        time.sleep(0.2)
        return self

    def __exit__(self, *_):
        time.sleep(1.2)  # the ring of tcpdump is handed over once a second
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(10)
        self.town.note((self.town.dir / 'tcpdump.log').read_text())
