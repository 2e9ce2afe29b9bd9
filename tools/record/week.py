# SPDX-License-Identifier: AGPL-3.0-or-later
"""The week before the attack: five ordinary working days at the town hall of Valbourg.

Each day is 75 seconds of work by the ordinary clients, stretched 480 times: from 08:00 to 18:00. The days differ in what people
happen to do; the administrator mistypes a password on one of them, somebody sends a large file on another.
"""
import contextlib

import services
import work
from scene import Scene
from story import visits
from town import LAN, LAN_HOSTS

DAY_S = 86400
DAYS = (-7, -6, -5, -4, -1)  # of the attack, which falls on a Tuesday: no week-end


def at_work(desks, day):
    """Some more of what only happens now and then."""
    accueil, mairie, urbanisme, compta = desks
    work.sleep(10)
    if day == -6:
        work.ssh(mairie, f'{LAN}.10', 'uptime', password='pas-celui-la')
    work.ssh_typed(mairie, f'{LAN}.10', ['uptime', 'df -h /'])
    work.sleep(15)
    work.browse(compta, 'intranet.valbourg.example', tls=True)
    work.browse(accueil, 'mises-a-jour.example', pages=['mise-a-jour.bin'])
    work.sleep(10)
    if day == -4:
        work.scp(mairie, f'{LAN}.10', 90000)
    compta.write('budget.txt', f'Budget 2026, {day}\n')
    work.smb(compta, f'{LAN}.11', 'put budget.txt; ls')
    work.browse(urbanisme, 'imprimante.valbourg.example', pages=['image-1.svg'])
    work.sleep(25)


def play(make):
    with_lease = {'accueil': 31, 'mairie': 32, 'urbanisme': 33, 'compta': 34}
    with make(
        lan=['serveur', 'fichiers', 'imprimante'],
        net=['resolver', 'horloge', 'web', 'cdn'],
    ) as town:
        for name in with_lease:
            town.add_lan(name, *LAN_HOSTS[name], lease=True)
        services.dns_dhcp(
            town, lease=True, extra=[f'--dhcp-host={LAN_HOSTS[name][1]},{LAN}.{last},{name}' for name, last in with_lease.items()]
        )
        services.internet_dns(town)
        services.clock(town)
        services.web(town.serveur, tls='valid', chain='chain')
        services.ssh(town.serveur, tries=2)
        services.samba(town.fichiers)
        services.web(town.imprimante, tls='self')
        services.web(town.web, tls='public', protocols='TLSv1.2 TLSv1.3')
        services.web(town.cdn)
        desks = [town.hosts[name] for name in with_lease]
        for host, last in zip(desks, with_lease.values()):
            host.ip = f'{LAN}.{last}'
        for day in DAYS:
            town.forget_neighbours()
            with town.capture(at=day * DAY_S, factor=480), contextlib.ExitStack() as people:
                for desk in desks:
                    work.lease(desk, name=f'poste-{desk.name}')
                    work.time_of_day(desk)
                for number, desk in enumerate(desks):
                    people.enter_context(work.Background(visits(desk, number), seed=100 * day + number, pause=(0.6, 4)))
                at_work(desks, day)


SCENE = Scene(
    'week',
    'five ordinary days at the town hall',
    'see the head of tools/record/week.py',
    play,
    {'dhcp': 20, 'dns': 300, 'smb2': 100, 'ssh': 100, 'ntp': 20, 'tcp.flags.syn==1 && tcp.flags.ack==0': 300},
    seconds=500,
    limit=1024 * 1024,
)
