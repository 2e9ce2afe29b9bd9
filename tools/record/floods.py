# SPDX-License-Identifier: AGPL-3.0-or-later
"""Too much of something, always counted in advance, and the busy moments that are only work."""
import services
import work
from scene import scene
from town import HERE, LAN

SYN = 'tcp.flags.syn==1 && tcp.flags.ack==0'


@scene(
    'flood-syn/positive',
    '1200 openings in some seconds, from addresses that do not exist, against the web server',
    'hping3 -S --rand-source -c 1200 -i u2000',
    {f'{SYN} && ip.dst=={LAN}.10': 1000},
    clock='cut at 60',
)
def syn(make):
    with make(lan=['serveur', 'mairie'], net=['inconnu']) as town:
        services.web(town.serveur)
        with town.capture(snap=60):
            work.browse(town.mairie, f'{LAN}.10')
            town.inconnu.run(f'hping3 -q -S --rand-source -p 80 -c 1200 -i u2000 {LAN}.10', timeout=25)
            work.browse(town.mairie, f'{LAN}.10')


@scene(
    'flood-syn/near-miss',
    'three browsers open thirty connections each on the same page, and the opening day of a service: 200 visits in some seconds, all completed',
    'curl, 30 at a time',
    {SYN: 280, 'tcp.flags.fin==1': 280},
)
def busy(make):
    with make(lan=['serveur', 'mairie', 'compta', 'accueil'], net=['web']) as town:
        services.web(town.serveur)
        visit = f'curl -s --max-time 10 -o /dev/null http://{LAN}.10/image-1.svg'
        with town.capture():
            for host in (town.mairie, town.compta, town.accueil):
                host.run(f'seq 30 | xargs -P 30 -I{{}} {visit}')
            town.web.run(f'seq 200 | xargs -P 20 -I{{}} {visit}', timeout=30)


@scene(
    'flood-udp/positive',
    '4000 datagrams of 400 bytes in six seconds on one port of the server',
    'hping3 --udp -c 4000 -i u1300 -d 400',
    {f'udp && ip.dst=={LAN}.10 && !icmp': 3500},
    clock='cut at 60',
)
def udp(make):
    with make(lan=['serveur'], net=['inconnu']) as town:
        with town.capture(snap=60):
            town.inconnu.run(f'hping3 -q --udp -p 5060 -d 400 -c 4000 -i u1300 {LAN}.10', timeout=25)


@scene(
    'flood-udp/near-miss',
    'two telephone calls: fifty datagrams a second in each direction',
    'tools/record/call.py on both sides',
    {'udp': 3000},
    seconds=30,
    clock='cut at 60',
)
def calls(make):
    with make(lan=['mairie', 'compta'], net=['partenaire']) as town:
        for port in (16384, 16386):
            town.partenaire.start(['python3', HERE / 'call.py', 'answer', port], port=port, udp=True)
        with town.capture(snap=60):
            work.together(
                lambda: town.mairie.run(['python3', HERE / 'call.py', 'call', '203.0.113.21', 16384, 18]),
                lambda: town.compta.run(['python3', HERE / 'call.py', 'call', '203.0.113.21', 16386, 15]),
            )


@scene(
    'flood-icmp/positive',
    '3000 echo requests of 400 bytes in five seconds',
    'hping3 --icmp -c 3000 -i u1300 -d 400',
    {f'icmp.type==8 && ip.dst=={LAN}.10': 2900},
    clock='cut at 60',
)
def icmp(make):
    with make(lan=['serveur'], net=['inconnu']) as town:
        with town.capture(snap=60):
            town.inconnu.run(f'hping3 -q --icmp -d 400 -c 3000 -i u1300 {LAN}.10', timeout=25)


@scene(
    'flood-icmp/near-miss',
    'the monitoring host pings six hosts twice a second, and somebody tests a line with a fast ping of 100',
    'ping',
    {'icmp.type==8': 200, 'icmp.type==0': 200},
    clock='cut at 96',
)
def pings(make):
    with make(lan=['serveur', 'fichiers', 'supervision', 'mairie', 'compta', 'imprimante', 'etat-civil']) as town:
        watched = [town.serveur, town.fichiers, town.mairie, town.compta, town.imprimante, town.etat_civil]
        with town.capture(snap=96):
            work.together(
                *(lambda host=host: town.supervision.run(f'ping -q -i 0.5 -c 24 {host.ip}') for host in watched),
                lambda: town.mairie.run(f'ping -q -i 0.1 -c 100 {LAN}.1'),
            )


@scene(
    'amplification/positive',
    'an attacker asks an open resolver in the name of the server: 300 large answers that nobody asked for',
    'hping3 -a with a DNS question (52 bytes), dnsmasq answers 3 KB in fragments',
    {f'ip.dst=={LAN}.10 && udp.srcport==53': 250, f'ip.src=={LAN}.10 && udp.dstport==53': 0},
)
def amplification(make):
    with make(lan=['serveur', 'mairie'], net=['resolver', 'inconnu']) as town:
        services.internet_dns(town, ['--txt-record=gros.prefecture.example,' + ','.join(['amplification' * 19] * 11)])
        name = b''.join(bytes([len(part)]) + part for part in (b'gros', b'prefecture', b'example')) + b'\0'
        question = (
            b'\x13\x37\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01'
            + name
            + b'\x00\x10\x00\x01'
            + b'\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00'
        )
        (town.inconnu.dir / 'question.bin').write_bytes(question)
        with town.capture():
            town.inconnu.run(
                f'hping3 -q --udp -a {LAN}.10 -s 40000 -p 53 -d {len(question)} --file question.bin -c 300 -i u15000 198.51.100.53',
                timeout=25,
            )


@scene(
    'amplification/near-miss',
    'the server asks for large answers itself (mail keys), and gets them',
    'dig TXT +bufsize=4096',
    {f'ip.dst=={LAN}.10 && udp.srcport==53': 50, f'ip.src=={LAN}.10 && udp.dstport==53': 50},
)
def large_answers(make):
    with make(lan=['serveur', 'mairie'], net=['resolver']) as town:
        services.internet_dns(town, ['--txt-record=gros.prefecture.example,' + ','.join(['amplification' * 19] * 11)])
        with town.capture():
            for _ in range(60):
                work.look_up(
                    town.serveur, 'gros.prefecture.example TXT', server='198.51.100.53', options='+bufsize=4096 +tries=1 +time=2'
                )


@scene(
    'slow-http/positive',
    'fifty connections send their headers, then fifty their body, a few bytes every ten seconds',
    'slowhttptest -H, then -B (-i 2 -l 20)',
    {f'{SYN} && tcp.dstport==80': 90},
    seconds=55,
    clock='x5 overall',
)
def slow_http(make):
    with make(lan=['serveur', 'mairie'], net=['inconnu']) as town:
        services.web(town.serveur)
        with town.capture(factor=5):
            for way in ('-H', '-B'):
                town.inconnu.run(
                    f'slowhttptest -c 50 {way} -i 2 -r 30 -l 20 -x 10 -p 3 -t {"GET" if way == "-H" else "POST"} -u http://{LAN}.10/page.html',
                    timeout=35,
                )


@scene(
    'slow-http/near-miss',
    'five people on a poor line download slowly, one uploads as slowly, and three browsers keep idle connections: every '
    'request is complete',
    'curl --limit-rate; nc that waits after a whole request',
    {'http.request': 9, 'http.response': 8},
    seconds=35,
    clock='x5 overall',
)
def poor_line(make):
    with make(lan=['serveur', 'mairie'], net=['partenaire', 'web']) as town:
        services.web(town.serveur)
        ask = f'(printf "GET /page.html HTTP/1.1\\r\\nHost: valbourg.example\\r\\n\\r\\n"; sleep 20) | nc -q 0 {LAN}.10 80'
        with town.capture(factor=5):
            work.together(
                *(
                    lambda: town.partenaire.run(
                        f'curl -s --limit-rate 14k -o /dev/null http://{LAN}.10/mise-a-jour.bin', timeout=30
                    )
                    for _ in range(5)
                ),
                lambda: work.upload(town.web, f'http://{LAN}.10/depot', 16000, '--limit-rate 1k'),
                *(lambda: town.mairie.run(ask, timeout=30) for _ in range(3)),
            )
