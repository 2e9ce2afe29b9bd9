# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the machines of the laboratory offer, by the parts of their plan; and the internet that they see."""
import os

import services
from town import HERE

PY = '/usr/bin/python3'  # Debian's, which has the modules of Debian's packages
THINGS = [PY, HERE / 'things.py']
SITES = [f'{kind}{n}.example' for kind in ('journal', 'boutique', 'portail', 'meteo', 'annuaire', 'forum') for n in range(1, 8)]
CLOUD = [
    'nuage.example',
    'messagerie-equipe.example',
    'antivirus.example',
    'mises-a-jour.example',
    'visio.example',
    'mesures.example',
]
BAD_NAMES = [
    'cdn-static-sync.example',
    'telemetry-sync.example',
    'img-cache7.example',
    'update-check.example',
    'pool-eu1.example',
]
WORLD = (
    [f'198.51.100.{n}' for n in range(80, 104)]
    + [f'203.0.113.{n}' for n in range(30, 46)]
    + [f'192.0.2.{n}' for n in range(10, 20)]
)
BAD = ['203.0.113.66', '203.0.113.99', '198.51.100.201', '192.0.2.77']
VISITORS = [f'192.0.2.{n}' for n in range(100, 140)]
HERD = [f'198.51.100.{n}' for n in range(210, 240)]
ATTACKERS = {'dehors1': '203.0.113.201', 'dehors2': '198.51.100.222', 'dehors3': '192.0.2.233'}


def names(lab, dice):
    """name: address. Honest and other names share the same ranges of addresses."""
    table = {site: dice.choice(WORLD) for site in SITES}
    table |= {name: dice.choice(WORLD) for name in CLOUD}
    table |= {name: dice.choice(BAD) for name in BAD_NAMES}
    table['ntp.horloge.example'] = '198.51.100.123'
    return table


def internet(lab, dice):
    lab.names = names(lab, dice)
    lab.add_net('resolver')
    lab.add_net('horloge')
    services.internet_dns(
        lab,
        [f'--host-record={name},{address}' for name, address in lab.names.items()]
        + ['--txt-record=valbourg.example,v=spf1 mx -all', '--txt-record=gros.example,' + ','.join(['x' * 200] * 5)]
        + [f'--mx-host=domaine{n}.example,journal{n}.example,10' for n in range(1, 8)]
        + [f'--server=/t{n}.{name}/{BAD[0]}' for n in range(3) for name in BAD_NAMES],
    )
    services.clock(lab)
    folder = services.certificates(lab.dir.parent / 'certificates')
    world = lab.add_net('monde', '198.51.100.79')
    lab.more_addresses(world, WORLD)
    services.web(world, tls='public', protocols='TLSv1.2 TLSv1.3')
    grow(world)
    world.start([*THINGS, 'pages', '8080'], port=8080)
    world.start([*THINGS, 'pages', '8443', folder / 'public.crt', folder / 'public.key'], port=8443)
    world.start([*THINGS, 'talk', '5223', folder / 'public.crt', folder / 'public.key'], port=5223)
    world.start([*THINGS, 'talk', '5222'], port=5222)
    world.start([*THINGS, 'mail', '25', '587'], port=587)
    for port in (3478, 5060):
        world.start([*THINGS, 'datagrams', str(port), *WORLD], port=port, udp=True)
    services.ftp(world)
    services.ssh(world)
    mqtt(world)
    bad = lab.add_net('mal', '203.0.113.98')
    lab.more_addresses(bad, BAD)
    services.web(bad, tls='self', protocols='TLSv1.2 TLSv1.3')
    bad.start([*THINGS, 'pages', '8080'], port=8080)
    bad.start([*THINGS, 'pages', '8443', folder / 'self.crt', folder / 'self.key'], port=8443)
    bad.start([*THINGS, 'talk', '4444'], port=4444)
    bad.start([*THINGS, 'talk', '3333'], port=3333)
    bad.start([*THINGS, 'talk', '6667'], port=6667)
    bad.start([*THINGS, 'talk', '9443', folder / 'self.crt', folder / 'self.key'], port=9443)
    services.ftp(bad)
    services.ssh(bad, port=2222)
    guests = lab.add_net('visiteurs', '192.0.2.99')
    lab.more_addresses(guests, VISITORS)
    herd = lab.add_net('troupeau', '198.51.100.209')
    lab.more_addresses(herd, HERD)
    herd.start([*THINGS, 'datagrams', '3478', *HERD], port=3478, udp=True)
    for name, address in ATTACKERS.items():
        lab.add_net(name, address)


def grow(host):
    """Some pages, pictures and files of very different sizes under a web server's root."""
    root = host.dir / 'www'
    for n in range(24):
        (root / f'article-{n}.html').write_bytes(
            b'<!doctype html><title>a</title>'
            + b''.join(b'<img src="/photo-%d.jpg">' % ((n * 3 + k) % 30) for k in range(n % 9))
            + b''.join(
                b'<a href="/article-%d.html">suite</a><p>texte de la page</p>' % ((n * 5 + k) % 24) for k in range(4 + n * 3)
            )
        )
    for n in range(30):
        (root / f'photo-{n}.jpg').write_bytes(os.urandom(700 * (n + 1) ** 2 // 4 + 400))
    (root / 'film.bin').write_bytes(os.urandom(4_000_000))
    for n in range(12):
        (root / f'paquet-{n}.deb').write_bytes(os.urandom(9000 * (n + 1)))


def mqtt(host):
    folder = services.certificates(host.town.dir.parent / 'certificates')
    conf = host.write(
        'mosquitto.conf',
        'user root\nallow_anonymous true\nlistener 1883 0.0.0.0\nlistener 8883 0.0.0.0\n'
        f'certfile {folder}/public.crt\nkeyfile {folder}/public.key\n',
    )
    return host.start(['mosquitto', '-c', conf], port=8883)


def snmp(host):
    conf = host.write('snmpd.conf', 'rocommunity public\nsysLocation Valbourg\nsysContact technique@valbourg.example\n')
    return host.start(['snmpd', '-f', '-Le', '-C', '-c', conf, '-p', host.dir / 'snmpd.pid', 'udp:161'], port=161, udp=True)


def imap(host):
    folder = services.certificates(host.town.dir.parent / 'certificates')
    for user in services.USERS:
        box = host.dir / 'mail' / user
        for part in ('new', 'cur', 'tmp'):
            (box / part).mkdir(parents=True, exist_ok=True)
        for n in range(30):
            text = f'From: a@journal1.example\nTo: {user}@valbourg.example\nSubject: message {n}\n\n' + 'Bonjour,\n' * (n * n)
            (box / 'cur' / f'{1700000000 + n}.M{n}.courrier:2,S').write_text(text)
        for path in (box, *box.rglob('*')):
            os.chown(path, 2601, 2601)
    (host.dir / 'mail').chmod(0o755)
    conf = host.write(
        'dovecot.conf',
        f'''base_dir = {host.dir}/dv
state_dir = {host.dir}/dv
instance_name = {host.name}
protocols = imap
listen = *
ssl = yes
ssl_cert = <{folder}/valid.crt
ssl_key = <{folder}/valid.key
disable_plaintext_auth = no
auth_failure_delay = 1 s
log_path = {host.dir}/dovecot.log
mail_location = maildir:{host.dir}/mail/%u
mail_uid = 2601
mail_gid = 2601
first_valid_uid = 1000
passdb {{
  driver = static
  args = password={services.USERS["mairie"]}
}}
userdb {{
  driver = static
  args = uid=2601 gid=2601 home={host.dir}/mail/%u
}}
''',
    )
    return host.start(['dovecot', '-F', '-c', conf], port=143)


def rsync(host):
    (host.dir / 'depot').mkdir(exist_ok=True)
    conf = host.write(
        'rsyncd.conf', f'use chroot = no\n[depot]\npath = {host.dir}/depot\nread only = no\nuid = root\ngid = root\n'
    )
    return host.start(['rsync', '--daemon', '--no-detach', f'--config={conf}', '--port=873', '--address=0.0.0.0'], port=873)


def offer(lab, host, parts, dice):
    """Starts what the parts of a machine offer."""
    folder = services.certificates(lab.dir.parent / 'certificates')
    if 'web' in parts or 'films' in parts:
        services.web(host, tls='valid', chain='chain', protocols='TLSv1.2 TLSv1.3')
        grow(host)
    if 'login' in parts:
        host.start([*THINGS, 'pages', '8080'], port=8080)
    if 'ssh' in parts:
        services.ssh(host, tries=4)
    if 'smb' in parts:
        services.samba(host)
        for n in range(12):
            (host.dir / 'share' / f'dossier-{n}.odt').write_bytes(os.urandom(8000 * (n + 1) ** 2 // 3))
    for part, begin in (('rsync', rsync), ('snmp', snmp), ('ftp', services.ftp), ('telnet', services.telnet), ('mqtt', mqtt)):
        if part in parts:
            begin(host)
    for part, begin in (('sql', services.mariadb), ('redis', services.redis), ('rdp', services.rdp)):
        if part in parts:
            begin(host)
    if 'mail' in parts:
        imap(host)
        host.start([*THINGS, 'mail', '25', '587'], port=587)
    if 'printer' in parts:
        host.start([*THINGS, 'sink', '9100', '515'], port=515)
        host.start([*THINGS, 'pages', '80'], port=80)
        host.start([*THINGS, 'pages', '443', folder / 'self.crt', folder / 'self.key'], port=443)
    if 'camera' in parts:
        host.start([*THINGS, 'camera', '8081', str(dice.choice((1, 2, 3)))], port=8081)
        host.start([*THINGS, 'pages', '80'], port=80)
    if 'modbus' in parts:
        host.start([*THINGS, 'modbus', '502'], port=502)
        host.start([*THINGS, 'pages', '80'], port=80)
    if 'phone' in parts:
        host.start([PY, HERE / 'call.py', 'answer', '16384'], port=16384, udp=True)
        host.start([*THINGS, 'pages', '80'], port=80)
    if 'pictures' in parts:
        host.start([*THINGS, 'talk', '104'], port=104)
        host.start([*THINGS, 'pages', '8042'], port=8042)
    if 'messages' in parts:
        host.start([*THINGS, 'talk', '2575'], port=2575)
