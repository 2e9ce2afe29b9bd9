# SPDX-License-Identifier: AGPL-3.0-or-later
"""Password guessing, and people who only mistype."""
import services
import work
from scene import scene
from services import USERS
from story import WORDS
from town import HERE, LAN


def word_list(host, times=2):
    return host.write('mots.txt', '\n'.join(WORDS[:28] + [f'{word}{n}' for n in range(times) for word in WORDS[:12]]) + '\n')


@scene(
    'guess-ssh/positive',
    'fifty ssh passwords tried, none right',
    'hydra ssh, 4 at a time',
    {'ssh.protocol contains "libssh"': 15, 'tcp.flags.syn==1 && tcp.flags.ack==0 && tcp.dstport==22': 20},
    seconds=60,
)
def ssh_guessed(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.ssh(town.serveur, tries=2)
        with town.capture():
            town.accueil.run(f'hydra -l mairie -P {word_list(town.accueil)} -t 4 -w 1 -I ssh://{LAN}.10', timeout=80)


@scene(
    'guess-ssh/near-miss',
    'the administrator mistypes twice and comes in; then twelve scripted sessions, all accepted',
    'sshpass ssh',
    {'tcp.flags.syn==1 && tcp.flags.ack==0 && tcp.dstport==22': 15},
)
def ssh_mistyped(make):
    with make(lan=['serveur', 'supervision', 'mairie']) as town:
        services.ssh(town.serveur)
        with town.capture():
            for word in ('Valbourg-2025', 'Valbourg-2O26'):
                work.ssh(town.mairie, f'{LAN}.10', password=word)
                work.sleep(1)
            work.ssh_typed(town.mairie, f'{LAN}.10', ['uptime', 'last | head', 'df -h'])
            for _ in range(12):
                work.ssh(town.supervision, f'{LAN}.10', 'uptime')
                work.sleep(0.5)


@scene(
    'guess-ftp/positive',
    'fifty FTP passwords tried',
    'hydra ftp',
    {'ftp.request.command=="PASS"': 45, 'ftp.response.code==530': 40},
)
def ftp_guessed(make):
    with make(lan=['fichiers', 'accueil']) as town:
        services.ftp(town.fichiers)
        with town.capture():
            town.accueil.run(f'hydra -l plans -P {word_list(town.accueil)} -t 4 -I ftp://{LAN}.11', timeout=60)


@scene(
    'guess-ftp/near-miss',
    'one mistyped password, then eight uploads by the scanner of the office',
    'ftp',
    {'ftp.response.code==230': 8, 'ftp.response.code==530': 1},
)
def ftp_mistyped(make):
    with make(lan=['fichiers', 'urbanisme', 'imprimante']) as town:
        services.ftp(town.fichiers)
        with town.capture():
            work.ftp_session(town.urbanisme, f'{LAN}.11', 'plans', 'cadastre95', put=False)
            work.ftp_session(town.urbanisme, f'{LAN}.11', 'plans', USERS['plans'])
            for _ in range(7):
                work.ftp_session(town.imprimante, f'{LAN}.11', 'plans', USERS['plans'])
                work.sleep(0.5)


@scene(
    'guess-http/positive',
    'fifty passwords tried on a private page',
    'hydra http-get (HTTP basic)',
    {'http.response.code==401': 45, 'http.authbasic': 45},
)
def http_guessed(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.web(town.serveur)
        with town.capture():
            town.accueil.run(f'hydra -l mairie -P {word_list(town.accueil)} -t 4 -I http-get://{LAN}.10/prive/', timeout=60)


@scene(
    'guess-http/near-miss',
    'two mistyped passwords, then a browser that is asked (401) before each of twelve pages and answers right',
    'curl --anyauth',
    {'http.response.code==401': 10, 'http.response.code==200': 12},
)
def http_mistyped(make):
    with make(lan=['serveur', 'mairie']) as town:
        services.web(town.serveur)
        with town.capture():
            for word in ('Valbourg-2025', 'valbourg-2026'):
                town.mairie.run(f'curl -s -u mairie:{word} http://{LAN}.10/prive/')
                work.sleep(2)
            for _ in range(12):
                town.mairie.run(f'curl -s --anyauth -u mairie:{USERS["mairie"]} http://{LAN}.10/prive/')
                work.sleep(0.4)


@scene(
    'guess-rdp/positive',
    'fifty remote-desktop sessions opened and refused, one after the other',
    'tools/record/rdp_door.py on both sides: X.224 and TLS are real, CredSSP is only its size',
    {'tcp.flags.syn==1 && tcp.dstport==3389': 48, 'tcp.dstport==3389 && tcp.payload[0:2]==16:03': 48},
    seconds=25,
)
def rdp_guessed(make):
    with make(lan=['serveur', 'accueil']) as town:
        services.rdp(town.serveur)
        with town.capture():
            town.accueil.run(['python3', HERE / 'rdp_door.py', 'try', f'{LAN}.10', 'admin', '50', '0.25'])


@scene(
    'guess-rdp/near-miss',
    'two refused sessions, then one that stays, a cut and a reconnection',
    'tools/record/rdp_door.py',
    {'tcp.flags.syn==1 && tcp.flags.ack==0 && tcp.dstport==3389': 4, 'tcp.port==3389 && tcp.payload[0:2]==17:03': 40},
    seconds=30,
)
def rdp_mistyped(make):
    with make(lan=['serveur', 'mairie']) as town:
        services.rdp(town.serveur)
        door = ['python3', HERE / 'rdp_door.py', 'try', f'{LAN}.10', 'mairie']
        with town.capture():
            town.mairie.run([*door, '2', '2'])
            town.mairie.run([*door, '1', '1', 'stay', '8'])
            town.mairie.run([*door, '1', '1', 'stay', '6'])


@scene(
    'guess-smb/positive',
    'forty passwords tried on a file share',
    'smbclient, four at a time (SMB 3)',
    {'smb2.nt_status==0xc000006d': 38},
    seconds=30,
)
def smb_guessed(make):
    with make(lan=['fichiers', 'accueil']) as town:
        services.samba(town.fichiers)
        with town.capture():
            words = [*WORDS, *(f'{word}!' for word in WORDS)][:40]
            work.together(
                *(
                    lambda part=words[n::4]: [work.smb(town.accueil, f'{LAN}.11', password=word) for word in part]
                    for n in range(4)
                )
            )


@scene(
    'guess-smb/near-miss',
    'two mistyped passwords, then two desks open their share ten times',
    'smbclient',
    {'smb2.nt_status==0xc000006d': 2, 'smb2.cmd==3 && smb2.flags.response==1': 10},
)
def smb_mistyped(make):
    with make(lan=['fichiers', 'mairie', 'compta']) as town:
        services.samba(town.fichiers)
        with town.capture():
            for word in ('Valbourg-2025', 'VALBOURG-2026'):
                work.smb(town.mairie, f'{LAN}.11', password=word)
                work.sleep(1)
            for _ in range(5):
                work.smb(town.mairie, f'{LAN}.11')
                work.smb(town.compta, f'{LAN}.11', user='compta')
                work.sleep(0.5)


@scene(
    'guess-database/positive',
    'fifty database passwords tried',
    'hydra mysql against MariaDB',
    {'mysql.error_code==1045': 40, 'tcp.flags.syn==1 && tcp.flags.ack==0 && tcp.dstport==3306': 45},
    seconds=40,
)
def database_guessed(make):
    with make(lan=['etat-civil', 'accueil']) as town:
        services.mariadb(town.etat_civil)
        with town.capture():
            town.accueil.run(f'hydra -l appli -P {word_list(town.accueil)} -t 2 -I mysql://{LAN}.12', timeout=60)


@scene(
    'guess-database/near-miss',
    'one mistyped password, then the application of the web server, which opens thirty sessions, all accepted',
    'mariadb client',
    {'mysql.error_code==1045': 1, 'mysql.query': 30},
    seconds=40,
)
def database_used(make):
    with make(lan=['etat-civil', 'serveur']) as town:
        services.mariadb(town.etat_civil)
        with town.capture():
            town.serveur.run(f'mariadb --no-defaults -h {LAN}.12 -u appli -pValbourg-2025 -e "select 1"')
            for _ in range(30):
                town.serveur.run(f'mariadb --no-defaults -h {LAN}.12 -u appli -p{USERS["mairie"]} etatcivil -e "select now()"')
