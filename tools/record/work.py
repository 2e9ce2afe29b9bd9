# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ordinary work of a town hall, done with the ordinary clients."""
import random
import shlex
import threading
import time

from services import USERS
from town import HERE, LAN

SSH = (
    '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no '
    '-o PreferredAuthentications=password -o NumberOfPasswordPrompts=1 -o LogLevel=ERROR -o ConnectTimeout=8'
)


def lease(host, name=None, stay=False, wait=0.0):
    """Asks for an address with udhcpc; with stay, the client keeps and renews its lease (SIGUSR1)."""
    script = HERE / 'lease.sh'
    words = ['busybox', 'udhcpc', '-i', 'eth0', '-f', '-s', script, '-x', f'hostname:{name or host.name}', '-t', '4']
    if stay:
        return host.start(words, wait=wait or 3)
    return host.run([*words, '-q', '-n'], timeout=15)


def browse(host, site, pages=('page.html', 'image-1.svg', 'image-2.svg', 'image-3.svg'), tls=False, extra=''):
    """One visit on one kept-alive connection."""
    scheme = 'https' if tls else 'http'
    urls = ' '.join(f'{scheme}://{site}/{page}' for page in pages)
    return host.run(
        f'curl -sk --http1.1 -A "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" '
        f'--max-time 20 {extra} {urls} > /dev/null',
        timeout=40,
    )


def look_up(host, *names, server=f'{LAN}.1', options='+tries=1 +time=2'):
    for name in names:
        host.run(f'dig @{server} {options} {name}', timeout=8)


def ssh(host, address, command='uptime', user='mairie', password=None, port=22, options='', timeout=30):
    return host.run(
        f'sshpass -p {shlex.quote(password or USERS[user])} ssh {SSH} {options} -p {port} {user}@{address} '
        f'{shlex.quote(command)}',
        timeout=timeout,
    )


def ssh_typed(host, address, lines, user='mairie', password=None, port=22, pause=0.7):
    """A session in which somebody types."""
    typed = '; '.join(f'sleep {pause}; echo {shlex.quote(line)}' for line in lines)
    return host.run(
        f'({typed}; sleep {pause}; echo exit) | sshpass -p {shlex.quote(password or USERS[user])} '
        f'ssh -tt {SSH} -p {port} {user}@{address}',
        timeout=60 + 3 * len(lines) * int(pause + 1),
    )


def scp(host, address, size, user='mairie'):
    return host.run(
        f'head -c {size} /dev/zero > envoi.bin; sshpass -p {shlex.quote(USERS[user])} scp -q {SSH} '
        f'envoi.bin {user}@{address}:recu.bin',
        timeout=60,
    )


def time_of_day(host, server='198.51.100.123'):
    return host.run(f'chronyd -Q -t 4 "server {server} iburst maxsamples 1"', timeout=10)


def ftp_session(host, address, user, password, put=True):
    host.write('plan.txt', 'Plan cadastral, section AB\n' * 40)
    more = 'put plan.txt\nls\n' if put else ''
    return host.run(['ftp', '-inv', address], stdin=f'user {user} {password}\nbinary\npwd\n{more}quit\n', timeout=25)


def smb(host, address, command='ls', user='mairie', password=None):
    return host.run(['smbclient', f'//{address}/commun', '-U', f'{user}%{password or USERS[user]}', '-c', command], timeout=20)


def upload(host, url, size, extra=''):
    return host.run(
        f'head -c {size} /dev/zero | curl -sk --max-time 60 {extra} -H Expect: -T - -X POST {url} -o /dev/null', timeout=70
    )


class Background:
    """A few people at work while something else happens: with Background(town, hosts): ..."""

    def __init__(self, jobs, seed=1, pause=(0.6, 2.0)):
        self.jobs, self.random, self.pause = jobs, random.Random(seed), pause
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self):
        while not self.end.wait(self.random.uniform(*self.pause)):
            self.random.choice(self.jobs)()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.thread.join(60)


def together(*jobs):
    """Runs the jobs at the same time and waits for all of them."""
    threads = [threading.Thread(target=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)


def sleep(seconds):
    time.sleep(seconds)
