# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scans, and the honest activities that open many doors."""
import services
import work
from scene import scene
from town import LAN

SYN = 'tcp.flags.syn==1 && tcp.flags.ack==0'


@scene(
    'scan-vertical/positive',
    'a desk tries 1000 ports of the server',
    'nmap -sS, and nmap -sT on 200 ports',
    {f'{SYN} && ip.dst=={LAN}.10': 1100, 'tcp.flags.reset==1': 1000},
    clock='cut at 96',
)
def vertical(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.web(town.serveur)
        services.ssh(town.serveur)
        with town.capture(snap=96):
            town.accueil.run(f'nmap -n -sS -p 1-1000 -T4 {LAN}.10')
            town.accueil.run(f'nmap -n -sT --top-ports 200 -T4 {LAN}.10')


@scene(
    'scan-vertical/near-miss',
    'the monitoring host checks ten open services on three servers, and two desks work',
    'nc -z on ten ports, twelve rounds; curl',
    {SYN: 300, 'tcp.flags.reset==1 && tcp.seq==1': 0},
    clock='silences x150 (a round every 5 minutes)',
)
def services_checked(make):
    ports = (21, 25, 53, 110, 139, 389, 445, 993, 3306, 5432)
    with make(lan=['serveur', 'fichiers', 'etat-civil', 'supervision', 'accueil', 'mairie']) as town:
        for host in (town.serveur, town.fichiers, town.etat_civil):
            services.open_ports(host, *ports)
        services.web(town.serveur)
        with town.capture(pause='0.8:150'):
            for _ in range(12):
                for host in (town.serveur, town.fichiers, town.etat_civil):
                    town.supervision.run('; '.join(f'nc -z -w 2 {host.ip} {port}' for port in ports))
                work.browse(town.accueil, f'{LAN}.10')
                work.sleep(2)


@scene(
    'scan-horizontal/positive',
    'a desk looks for remote desktops and file shares, here and in another site',
    'nmap -sS: ARP sweep and port 445 of the own network, then -Pn port 3389 of 10.59.1.0/25',
    {f'{SYN} && ip.dst==10.59.1.0/24': 120, f'arp.opcode==1 && arp.src.proto_ipv4=={LAN}.31': 200},
    clock='cut at 96',
)
def horizontal(make):
    with make(lan=['serveur', 'fichiers', 'accueil', 'mairie', 'compta'], net=['partenaire']) as town:
        town.partenaire.run('for n in $(seq 1 70); do ip addr add 10.59.1.$n/32 dev eth0; done')
        services.rdp(town.partenaire)
        services.open_ports(town.fichiers, 445)
        with town.capture(snap=96):
            town.accueil.run(f'nmap -n -sS -p 445 -T4 {LAN}.0/24')
            town.accueil.run('nmap -n -sS -Pn -p 3389 -T4 --max-retries 1 10.59.1.0/25')


@scene(
    'scan-horizontal/near-miss',
    'a desk reads forty web sites, the monitoring host visits its ten hosts every five minutes',
    'curl to forty addresses, ping and nc',
    {f'{SYN} && tcp.dstport==443': 40, 'icmp.type==0': 50},
    clock='silences x100',
)
def many_sites(make):
    with make(
        lan=['serveur', 'fichiers', 'etat-civil', 'supervision', 'accueil', 'mairie', 'imprimante', 'compta'], net=['web']
    ) as town:
        town.web.run('for n in $(seq 100 140); do ip addr add 198.51.100.$n/32 dev eth0; done')
        services.web(town.web, tls='public')
        watched = [town.serveur, town.fichiers, town.etat_civil, town.mairie, town.imprimante, town.compta]
        for host in watched:
            services.ssh(host)
        with town.capture(pause='0.3:100'):
            for n in range(100, 140):
                work.browse(town.accueil, f'198.51.100.{n}', tls=True, pages=['image-0.svg'])
                if n % 4 == 0:
                    for host in watched:
                        town.supervision.run(f'ping -c 1 {host.ip}; nc -z -w 2 {host.ip} 22')
                    work.sleep(0.6)


@scene(
    'scan-stealth/positive',
    'FIN, NULL and XMAS scans of the server',
    'nmap -sF, -sN, -sX on the 100 usual ports',
    {'tcp.flags==0x001': 99, 'tcp.flags==0x000': 99, 'tcp.flags==0x029': 99},
    clock='cut at 96',
)
def stealth(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.web(town.serveur)
        with town.capture(snap=96):
            for way in ('-sF', '-sN', '-sX'):
                town.accueil.run(f'nmap -n {way} -F -T4 --max-retries 1 {LAN}.10')


@scene(
    'scan-stealth/near-miss',
    'downloads given up half-way, and a web server restarted under open connections: FIN and RST in odd '
    'places, none of them a probe',
    'curl killed while it reads, nginx stopped and started',
    {'tcp.flags.reset==1': 6, 'tcp.flags==0x001 || tcp.flags==0x000 || tcp.flags==0x029': 0},
)
def given_up(make):
    with make(lan=['serveur', 'accueil', 'mairie']) as town:
        server = services.web(town.serveur)
        with town.capture():
            for _ in range(6):
                town.accueil.run(f'timeout -s KILL 0.4 curl -s --limit-rate 20k -o /dev/null http://{LAN}.10/mise-a-jour.bin')
            slow = [town.mairie.start(f'curl -s --limit-rate 2k -o /dev/null http://{LAN}.10/mise-a-jour.bin') for _ in range(5)]
            work.sleep(1)
            town.stop(server)
            services.web(town.serveur)
            for process in slow:
                town.stop(process)
            work.browse(town.mairie, f'{LAN}.10')


@scene(
    'scan-udp/positive',
    'a desk tries 200 UDP ports of the server',
    'nmap -sU --defeat-icmp-ratelimit',
    {f'udp && ip.dst=={LAN}.10 && !icmp': 190},
    seconds=30,
)
def udp(make):
    with make(lan=['serveur', 'accueil']) as town:
        with town.capture():
            town.accueil.run(f'nmap -n -sU --top-ports 200 -T4 --max-retries 1 --defeat-icmp-ratelimit {LAN}.10', timeout=45)


@scene(
    'scan-udp/near-miss',
    'clocks asked, names resolved, and logs sent to a log server that is down (port unreachable)',
    'chronyd -Q to six servers, dig, logger-like datagrams with nc',
    {'icmp.type==3 && icmp.code==3': 5, 'ntp': 12, 'dns': 20},
    seconds=30,
)
def udp_work(make):
    with make(lan=['serveur', 'accueil'], net=['resolver', 'horloge']) as town:
        services.dns_dhcp(town)
        services.internet_dns(town)
        services.clock(town)
        town.horloge.run('for n in 1 2 3 4 5 6; do ip addr add 198.51.100.20$n/32 dev eth0; done')
        with town.capture():
            for n in range(1, 7):
                work.time_of_day(town.accueil, f'198.51.100.20{n}')
            work.look_up(
                town.accueil,
                'www.journal.example',
                'www.prefecture.example',
                'intranet.valbourg.example',
                'mises-a-jour.example',
                'images.journal.example',
                'fichiers.valbourg.example',
            )
            work.look_up(town.accueil, 'www.journal.example', 'www.prefecture.example', server='198.51.100.53')
            work.look_up(town.accueil, 'absent.valbourg.example', 'www.journal.example AAAA')
            for n in range(20):
                town.accueil.run(f'echo "<14>accueil session[{n}]: ouverte" | nc -u -w 1 -q 0 {LAN}.10 514')
                work.sleep(0.4)


@scene(
    'scan-slow/positive',
    'sixty ports of the server, one a minute',
    'nmap -sS --scan-delay 400ms --max-retries 0',
    {f'{SYN} && ip.dst=={LAN}.10': 58},
    seconds=45,
    clock='silences x150: one port a minute for an hour',
)
def slow(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.web(town.serveur)
        with town.capture(pause='0.2:150'):
            town.accueil.run(
                f'nmap -n -Pn -sS --top-ports 60 --scan-delay 400ms --max-scan-delay 400ms --max-retries 0 {LAN}.10', timeout=60
            )


@scene(
    'scan-slow/near-miss',
    'a desk uses six services of the server in turn, all the morning',
    'curl, ssh, dig, nc every half hour',
    {f'{SYN} && ip.dst=={LAN}.10': 12},
    seconds=30,
    clock='silences x600',
)
def services_used(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.web(town.serveur, tls='valid')
        services.ssh(town.serveur)
        services.open_ports(town.serveur, 445, 9100, 5432)
        with town.capture(pause='0.9:600'):
            for _ in range(2):
                for job in (
                    lambda: work.browse(town.accueil, f'{LAN}.10'),
                    lambda: work.browse(town.accueil, f'{LAN}.10', tls=True),
                    lambda: work.ssh(town.accueil, f'{LAN}.10'),
                    *(
                        lambda port=port: town.accueil.run(f'echo travail | nc -w 1 -q 0 {LAN}.10 {port}')
                        for port in (445, 9100, 5432)
                    ),
                ):
                    job()
                    work.sleep(1.2)
