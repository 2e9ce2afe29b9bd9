# SPDX-License-Identifier: AGPL-3.0-or-later
"""What only the switch sees: ARP, leases, who is there."""
import signal

import services
import work
from scene import scene
from town import LAN, LAN_HOSTS, ROUTER

DAY = 86400


def leased(town, *names):
    for name in names:
        town.add_lan(name, *LAN_HOSTS[name], lease=True)


def reserved(*names):
    return [f'--dhcp-host={LAN_HOSTS[name][1]},{LAN}.{LAN_HOSTS[name][0]},{name}' for name in names]


@scene(
    'arp-spoof/positive',
    'a desk tells another that it is the router, and the router that it is the desk; the traffic passes through it',
    'arpspoof, both ways, 12 s',
    {
        f'arp.opcode==2 && arp.src.proto_ipv4=={ROUTER} && arp.src.hw_mac=={LAN_HOSTS["accueil"][1]}': 5,
        f'arp.opcode==2 && arp.src.proto_ipv4=={LAN}.32 && arp.src.hw_mac=={LAN_HOSTS["accueil"][1]}': 5,
    },
    seconds=25,
)
def spoof(make):
    with make(lan=['accueil', 'mairie'], net=['web']) as town:
        services.web(town.web)
        town.accueil.run('sysctl -qw net.ipv4.ip_forward=1')
        with town.capture():
            work.browse(town.mairie, '198.51.100.80')
            town.accueil.run(f'ping -c 1 {ROUTER}')
            one = town.accueil.start(f'exec arpspoof -i eth0 -t {LAN}.32 {ROUTER}')
            two = town.accueil.start(f'exec arpspoof -i eth0 -t {ROUTER} {LAN}.32')
            for _ in range(6):
                work.sleep(2)
                work.browse(town.mairie, '198.51.100.80')
            town.stop(one)
            town.stop(two)


@scene(
    'arp-spoof/near-miss',
    'the router is replaced: the new one has another card, announces itself once, and the old card is never seen again',
    'ip link set address, arping -U',
    {f'arp.src.proto_ipv4=={ROUTER}': 4, f'arp.src.hw_mac=={LAN_HOSTS["accueil"][1]} && arp.src.proto_ipv4=={ROUTER}': 0},
    seconds=20,
    clock='silences x60',
)
def replaced(make):
    with make(lan=['accueil', 'mairie'], net=['web']) as town:
        services.web(town.web)
        with town.capture(pause='1.5:60'):
            for host in (town.accueil, town.mairie):
                work.browse(host, '198.51.100.80')
            town.router.run('ip link set lan0 down; ip link set lan0 address 00:0d:b9:5b:21:07; ip link set lan0 up')
            work.sleep(2)
            town.router.run(f'arping -q -U -c 2 -i lan0 {ROUTER}', timeout=8)
            for host in (town.accueil, town.mairie, town.accueil):
                work.browse(host, '198.51.100.80')
                work.sleep(2)


@scene(
    'address-duplicate/positive',
    'somebody gave a computer the address of the printer: two cards answer for it',
    'two namespaces with one address, ping and arping',
    {
        f'arp.opcode==2 && arp.src.proto_ipv4=={LAN}.50 && arp.src.hw_mac==d4:be:d9:77:20:99': 3,
        f'arp.opcode==2 && arp.src.proto_ipv4=={LAN}.50 && arp.src.hw_mac==00:80:77:9c:20:50': 3,
    },
    seconds=25,
)
def duplicate(make):
    with make(lan=['accueil', 'mairie', 'imprimante']) as town:
        town.add_lan('portable', 77, 'd4:be:d9:77:20:99')
        with town.capture():
            town.accueil.run(f'arping -q -c 2 {LAN}.50; ping -c 2 {LAN}.50')
            work.sleep(1)
            town.portable.run(f'ip addr flush dev eth0; ip addr add {LAN}.50/24 dev eth0; arping -q -U -c 2 -i eth0 {LAN}.50')
            for _ in range(5):
                for host in (town.accueil, town.mairie):
                    host.run(f'ip neigh flush all; ping -c 1 {LAN}.50; arping -q -c 1 {LAN}.50', timeout=6)
                work.sleep(0.8)
            town.portable.run(f'ping -c 2 {LAN}.31', timeout=5)


@scene(
    'address-duplicate/near-miss',
    'an address changes hands: a portable gives its lease back, hours later another one receives it, after asking whether it is free',
    'udhcpc with release, arping -0, dnsmasq with one address to give',
    {'dhcp.option.dhcp==7': 1, 'dhcp.option.dhcp==5': 2, f'arp.src.proto_ipv4=={LAN}.140': 2},
    seconds=30,
    clock='second phase four hours later',
)
def changes_hands(make):
    with make(lan=['serveur', 'accueil']) as town:
        town.add_lan('portable', 0, 'd4:be:d9:77:20:98', lease=True)
        town.add_lan('tablette', 0, 'd4:be:d9:77:20:99', lease=True)
        services.dns_dhcp(
            town,
            extra=[
                f'--dhcp-range={LAN}.140,{LAN}.140,10m',
                '--no-ping',
                '--dhcp-authoritative',
                f'--dhcp-leasefile={town.router.dir}/leases',
            ],
        )
        with town.capture(at=0):
            client = work.lease(town.portable, stay=True)
            town.portable.run(f'ping -c 2 {LAN}.10')
            client.send_signal(signal.SIGUSR2)  # gives the lease back
            work.sleep(1)
        town.stop(client)
        town.portable.run('ip addr flush dev eth0; ip link set eth0 down')
        for host in (town.router, town.serveur, town.accueil):
            host.run('ip neigh flush all')
        with town.capture(at=14400):
            town.tablette.run(f'arping -q -0 -c 1 -i eth0 {LAN}.140', timeout=5)
            work.lease(town.tablette)
            for _ in range(3):
                town.tablette.run(f'ping -c 1 {LAN}.10')
                town.accueil.run(f'ip neigh flush all; ping -c 1 {LAN}.140')
                work.sleep(1)


@scene(
    'dhcp-rogue/positive',
    'the desks have their leases from the router; then a second server, on a desk, offers another gateway',
    'dnsmasq twice, udhcpc',
    {f'dhcp.option.dhcp==2 && ip.src=={ROUTER}': 3, f'dhcp.option.dhcp==2 && ip.src=={LAN}.31': 1},
    seconds=25,
    clock='second phase one hour later',
)
def rogue(make):
    names = ('mairie', 'urbanisme', 'compta', 'police')
    with make(lan=['accueil']) as town:
        leased(town, *names)
        services.dns_dhcp(town, lease=True, extra=reserved(*names))
        with town.capture(at=0):
            for name in names[:3]:
                work.lease(town.hosts[name])
                work.sleep(0.5)
        town.accueil.start(
            [
                'dnsmasq',
                '-k',
                '--conf-file=/dev/null',
                '--port=0',
                '--user=root',
                '--pid-file=',
                '--interface=eth0',
                '--bind-interfaces',
                f'--dhcp-range={LAN}.200,{LAN}.220,10m',
                f'--dhcp-option=3,{LAN}.31',
                f'--dhcp-option=6,{LAN}.31',
                '--no-ping',
                '--dhcp-authoritative',
                f'--dhcp-leasefile={town.accueil.dir}/leases',
            ],
            port=67,
            udp=True,
        )
        with town.capture(at=3600):
            for name in ('police', 'mairie', 'compta'):
                town.hosts[name].run('ip addr flush dev eth0')
                work.lease(town.hosts[name])
                work.sleep(1)


@scene(
    'dhcp-rogue/near-miss',
    'leases, renewals and a desk restarted: always the same server',
    'dnsmasq, udhcpc kept running and told to renew',
    {f'dhcp.option.dhcp==5 && ip.src=={ROUTER}': 8, f'dhcp.option.dhcp==2 && ip.src!={ROUTER}': 0},
    seconds=25,
    clock='silences over 1 s x900',
)
def renewals(make):
    names = ('mairie', 'urbanisme', 'compta')
    with make(lan=['accueil']) as town:
        leased(town, *names)
        services.dns_dhcp(town, lease=True, extra=reserved(*names))
        with town.capture(pause='1:900'):
            clients = [work.lease(town.hosts[name], stay=True, wait=1) for name in names]
            for _ in range(3):
                work.sleep(1.5)
                for client in clients:
                    client.send_signal(signal.SIGUSR1)  # renews now
                    work.sleep(0.2)
            town.stop(clients[0])
            town.mairie.run('ip addr flush dev eth0')
            work.sleep(1.5)
            work.lease(town.mairie)


def a_day(town, *names):
    for name in names:
        town.hosts[name].run('ip addr flush dev eth0')
        work.lease(town.hosts[name], name=f'poste-{name}')
        work.browse(town.hosts[name], '198.51.100.80', pages=['image-1.svg'])
        work.sleep(0.3)


@scene(
    'new-device/positive',
    'three days with the same three desks; on the fourth a small computer nobody knows asks for an address and goes out',
    'udhcpc, curl',
    {'eth.src==b8:27:eb:5d:20:66': 8},
    seconds=30,
    clock='four days; x200 within the day',
)
def newcomer(make):
    names = ('accueil', 'mairie', 'compta')
    with make(net=['web']) as town:
        leased(town, *names)
        town.add_lan('boitier', 0, 'b8:27:eb:5d:20:66', lease=True)
        services.web(town.web)
        services.dns_dhcp(town, lease=True, extra=reserved(*names))
        for day in range(4):
            with town.capture(at=day * DAY, factor=200):
                a_day(town, *names)
                if day == 3:
                    work.lease(town.boitier, name='raspberrypi')
                    work.browse(town.boitier, '198.51.100.80')
                    town.boitier.run(f'ping -c 2 {ROUTER}')


@scene(
    'new-device/near-miss',
    'the same days; a portable is away on the second and third, and comes back on the fourth with another address, its card the same',
    'udhcpc, curl',
    {'dhcp.option.dhcp==5': 14, f'eth.src=={LAN_HOSTS["police"][1]}': 12},
    seconds=30,
    clock='four days; x200 within the day',
)
def comes_back(make):
    names = ('accueil', 'mairie', 'compta')
    with make(net=['web']) as town:
        leased(town, *names, 'police')
        services.web(town.web)
        server = services.dns_dhcp(town, lease=True, extra=reserved(*names, 'police'))
        for day in range(4):
            if day == 3:
                town.stop(server)
                services.dns_dhcp(town, lease=True, extra=reserved(*names))
            with town.capture(at=day * DAY, factor=200):
                a_day(town, *names)
                if day in (0, 3):
                    a_day(town, 'police')
