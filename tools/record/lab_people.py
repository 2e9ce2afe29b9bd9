# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people do at their desks, with the programs that people use; one function for each thing, and who does what how often."""
import math

import services
import work
from lab_serve import PY, SITES, WORLD
from town import HERE

ASK = [PY, HERE / 'things_ask.py']
AGENTS = (
    'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0',
)
MAIL = f'--user mairie:{services.USERS["mairie"]}'


def ask(host, action, timeout=60, **keys):
    return host.run([*ASK, action, *(f'{k}={v}' for k, v in keys.items())], timeout=timeout)


def with_part(lab, part):
    return [lab.hosts[name] for name, (_, parts) in lab.plan.machines.items() if part in parts]


def browse(host, dice, site=None):
    site = site or dice.choice(SITES)
    scheme = dice.choice(('https', 'https', 'https', 'http'))
    n = dice.randrange(24)
    way = dice.randrange(5)
    pages = [f'article-{n}.html'] + [f'photo-{dice.randrange(30)}.jpg' for _ in range(dice.randrange(1, 14))]
    agent = dice.choice(AGENTS)
    if way == 0:
        host.run(
            f'wget -q -p --no-check-certificate -U "{agent}" -T 10 -t 1 -P tmp-w {scheme}://{site}/article-{n}.html', timeout=40
        )
    elif way == 1:  # six connections at once, as browsers open
        urls = ' '.join(f'{scheme}://{site}/{page}' for page in pages)
        host.run(f'curl -sk --http1.1 -Z --parallel-max 6 -A "{agent}" --max-time 25 {urls} > /dev/null', timeout=40)
    else:
        work.browse(host, site, pages, tls=scheme == 'https', extra='--http2' if way == 2 and scheme == 'https' else '')


def read_long(host, dice):
    """Reads on: some pages, a minute apart, each connection kept a while."""
    site = dice.choice(SITES)
    for _ in range(dice.randrange(2, 5)):
        work.browse(host, site, [f'article-{dice.randrange(24)}.html', f'photo-{dice.randrange(30)}.jpg'], tls=True)
        host.town.wait(dice.uniform(2, 12))


def browser(host, dice):
    host.run(
        f'timeout 20 chromium --headless --no-sandbox --disable-gpu --disable-features=AsyncDns --ignore-certificate-errors --user-data-dir={host.dir}/chromium '
        f'--dump-dom https://{dice.choice(SITES)}/article-{dice.randrange(24)}.html > /dev/null',
        timeout=30,
    )


def film(host, dice, server=None):
    """A film or a large file, in pieces or at the speed of a line."""
    site = server or dice.choice(SITES)
    if dice.random() < 0.5:
        pieces = ' '.join(
            f'-r {at}-{at + 250000} -o /dev/null https://{site}/film.bin'
            for at in range(0, 250000 * dice.randrange(3, 10), 250001)
        )
        host.run(f'curl -sk --http1.1 --limit-rate {dice.randrange(80, 400)}k {pieces}', timeout=60)
    else:
        host.run(
            f'curl -sk --max-time 45 --limit-rate {dice.randrange(100, 900)}k -o /dev/null https://{site}/film.bin', timeout=60
        )


def send_up(host, dice):
    size = int(math.exp(dice.uniform(math.log(3e4), math.log(4e6))))
    where = dice.choice(('https://nuage.example:8443/depot', 'https://nuage.example/depot', 'http://portail1.example/depot'))
    work.upload(host, where, size, f'--limit-rate {dice.randrange(100, 1500)}k')


def mail_read(host, dice):
    server = with_part(host.town, 'mail')
    if not server:
        return read_long(host, dice)
    scheme = dice.choice(('imaps', 'imap'))
    uids = f'{dice.randrange(1, 20)}:{dice.randrange(20, 30)}'
    host.run(
        f'curl -sk --max-time 20 {MAIL} "{scheme}://{server[0].ip}/INBOX?ALL" "{scheme}://{server[0].ip}/INBOX;UID={uids}"',
        timeout=30,
    )


def mail_send(host, dice):
    servers = with_part(host.town, 'mail')
    address = servers[0].ip if servers else dice.choice(WORLD)
    size = int(math.exp(dice.uniform(6, 13.5)))
    host.run(
        f'(printf "From: mairie@valbourg.example\\nSubject: x\\n\\n"; head -c {size} /dev/urandom | base64) | curl -s --max-time 30 {MAIL} '
        f'smtp://{address}:587 --mail-from mairie@valbourg.example --mail-rcpt a@domaine1.example -T -',
        timeout=40,
    )


def files(host, dice):
    servers = with_part(host.town, 'smb')
    if not servers:
        return send_up(host, dice)
    n = dice.randrange(12)
    command = dice.choice(
        (f'get dossier-{n}.odt lu.odt', f'get dossier-{n}.odt lu.odt; ls; put lu.odt copie-{dice.randrange(40)}.odt', 'ls')
    )
    wrong = 'Valbourg-2025' if dice.random() < 0.04 else None
    work.smb(host, servers[0].ip, command, user=dice.choice(('mairie', 'compta')), password=wrong)


def print_something(host, dice):
    printers = with_part(host.town, 'printer')
    if printers:
        size = int(math.exp(dice.uniform(9, 14)))
        host.run(
            f'head -c {size} /dev/urandom | nc -q 1 -w 10 {dice.choice(printers).ip} {dice.choice((9100, 9100, 515))}', timeout=30
        )


def intranet(host, dice):
    servers = with_part(host.town, 'web')
    address = dice.choice(servers).ip
    way = dice.randrange(4)
    if way == 0:  # a form that wants a password; people mistype
        page = 'no' if dice.random() < 0.15 else 'entree'
        host.run(
            f'curl -s --max-time 10 -d "nom=mairie&mot=secret{dice.randrange(99)}" "http://{address}:8080/{page}?n={dice.randrange(200, 4000)}"'
        )
    elif way == 1:
        password = services.USERS['mairie'] if dice.random() < 0.85 else 'oubli'
        host.run(f'curl -sk --max-time 10 -u mairie:{password} https://{address}/prive/')
    else:
        work.browse(
            host, address, [f'article-{dice.randrange(24)}.html', f'photo-{dice.randrange(12)}.jpg'], tls=dice.random() < 0.7
        )


def call_with_pictures(host, dice):
    ask(
        host,
        'video',
        90,
        address=host.town.names['visio.example'],
        port=3478,
        seconds=dice.randrange(15, 60),
        kbit=dice.choice((60, 250, 700)),
    )


def lost(host, dice):
    """Names that do not exist, machines that are off, ports that are closed."""
    way = dice.randrange(4)
    if way == 0:
        work.look_up(
            host,
            *(f'{dice.choice(("wpad", "isatap", "ww.jounral", "imprimante-rdc"))}.example' for _ in range(2)),
            server=host.town.router.ip,
        )
    elif way == 1 and host.town.plan.absent:
        host.run(f'curl -s --max-time 3 http://{host.town.prefix}.{dice.choice(host.town.plan.absent)}/')
    elif way == 2:
        host.run(f'curl -s --max-time 3 http://{dice.choice(with_part(host.town, "printer") or [host]).ip}:8000/')
    else:
        host.run(f'curl -s --max-time 4 https://{dice.choice(WORLD)}:8444/')


def database(host, dice):
    servers = with_part(host.town, 'sql')
    if servers:
        queries = ';'.join(
            dice.choice(('select 1', 'show databases', "select repeat('acte ', 2000)", 'select now()'))
            for _ in range(dice.randrange(1, 9))
        )
        password = services.USERS['mairie'] if dice.random() < 0.95 else 'pas-ca'
        host.run(['mariadb', '-h', servers[0].ip, '-u', 'appli', f'-p{password}', '-e', queries], timeout=15)


def far_away(host, dice):
    """A partner's server: FTP with a drawing, or ssh for a technician."""
    if dice.random() < 0.5:
        work.ftp_session(host, dice.choice(WORLD[:8]), 'plans', services.USERS['plans'])
    else:
        work.ssh_typed(
            host, dice.choice(WORLD[:8]), ['uptime', 'df -h', 'ls /'][: dice.randrange(1, 4)], pause=dice.uniform(0.5, 3)
        )


def remote_desk(host, dice):
    doors = with_part(host.town, 'rdp')
    if doors:
        host.run([PY, HERE / 'rdp_door.py', 'try', doors[0].ip, 'mairie', '1', '0', 'stay', dice.randrange(5, 40)], timeout=60)


HABITS = {
    'desk': (
        (browse, 10),
        (read_long, 3),
        (film, 1),
        (send_up, 1),
        (lost, 1),
        (intranet, 3),
        (call_with_pictures, 1),
        (browser, 0.3),
    ),
    'office': ((mail_read, 4), (mail_send, 2), (files, 4), (print_something, 1), (database, 2)),
    'drawing': ((files, 5), (far_away, 2), (print_something, 1), (remote_desk, 1), (database, 1)),
    'pupil': ((browse, 10), (film, 1), (read_long, 3), (files, 1)),
    'care': ((database, 3), (mail_read, 3), (mail_send, 1), (files, 2), (intranet, 3), (print_something, 1), (remote_desk, 1)),
}
