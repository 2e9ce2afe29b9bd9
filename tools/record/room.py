# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where towns are recorded: a mount, host-name and process namespace with its own /run, accounts and resolver.

All that was started inside ends with it; nothing it writes stays on the machine.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from services import USERS

HERE = pathlib.Path(__file__).resolve().parent


@contextlib.contextmanager
def folder(name, keep=False):
    work = pathlib.Path(tempfile.mkdtemp(prefix=f'{name}.'))
    work.chmod(0o755)
    try:
        yield work
    finally:
        if not keep:
            shutil.rmtree(work, ignore_errors=True)


def enter(words):
    """The process of a command inside new namespaces; furnish() is its first act there."""
    unshare = ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc']
    return subprocess.Popen([*unshare, *map(str, words)])


def install(packages):
    missing = [
        name
        for name in packages
        if not subprocess.run(
            ['dpkg-query', '-W', '-f=${Status}', name], capture_output=True, text=True, check=False
        ).stdout.endswith('ok installed')
    ]
    if missing:
        print('installing with apt:', ' '.join(missing), flush=True)
        subprocess.run(
            ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', *missing],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {'DEBIAN_FRONTEND': 'noninteractive'},
        )


def furnish(work, hostname='valbourg', resolver='192.168.20.1'):
    """Own /run, accounts and resolver; called inside a fresh mount namespace."""

    def mount(*words):
        subprocess.run(['mount', *words], check=True)

    mount('--make-rprivate', '/')
    for covered in ('/run', '/var/log', '/etc/update-motd.d'):  # no login, log or banner of the machine itself
        if os.path.isdir(covered):
            mount('-t', 'tmpfs', 'none', covered)
    os.makedirs('/var/log/samba')
    for name in ('netns', 'sshd', 'samba', 'chrony', 'mysqld', 'lock'):
        os.makedirs(f'/run/{name}', exist_ok=True)
    home = pathlib.Path('/srv' if str(HERE).startswith('/home/') or str(work).startswith('/home/') else '/home')
    mount('-t', 'tmpfs', 'none', str(home))
    subprocess.run(['hostname', hostname], check=True)
    for name, text in (('passwd', ''), ('shadow', ''), ('group', '')):
        shutil.copy(f'/etc/{name}', work / name)
    for number, (user, password) in enumerate(USERS.items(), 2601):
        (home / user).mkdir(parents=True)
        os.chown(home / user, number, number)
        (home / user / '.hushlogin').touch()
        hashed = subprocess.run(
            ['openssl', 'passwd', '-6', '-salt', 'valbourg', password], text=True, capture_output=True, check=True
        ).stdout.strip()
        for name, line in (
            ('passwd', f'{user}:x:{number}:{number}::{home}/{user}:/bin/sh'),
            ('shadow', f'{user}:{hashed}:20000:0:99999:7:::'),
            ('group', f'{user}:x:{number}:'),
        ):
            with open(work / name, 'a', encoding='utf-8') as file:
                file.write(line + '\n')
    (work / 'hosts').write_text(f'127.0.0.1 localhost {hostname}\n')
    (work / 'resolv.conf').write_text(f'nameserver {resolver}\noptions timeout:2 attempts:1\n')
    for name in ('passwd', 'shadow', 'group', 'hosts', 'resolv.conf'):
        mount('--bind', str(work / name), f'/etc/{name}')
