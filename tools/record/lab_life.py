# SPDX-License-Identifier: AGPL-3.0-or-later
"""Honest work: what machines do by themselves, and what people do at them.

Much of it looks like an attack on purpose: checks of every port by the administrator, passwords typed wrong, a program that
asks a dead server again and again, reports to a maker's server at regular times, large uploads.
"""
import math
import random
import threading

import lab_serve
import work
from lab_people import AGENTS, ASK, HABITS, ask, database, film, with_part
from lab_serve import PY, WORLD
from town import HERE


class Life:
    """The jobs of one session; all end when the laboratory does."""

    def __init__(self, lab, dice):
        self.lab, self.dice, self.threads = lab, dice, []

    def repeat(self, job, low, high, first=None):
        """Again and again with pauses between low and high seconds, logarithmically; its own dice."""
        dice = random.Random(self.dice.random())

        def live():
            pause = dice.uniform(0, first if first is not None else high)
            while self.lab.wait(pause):
                job(dice)
                pause = math.exp(dice.uniform(math.log(low), math.log(high)))

        self.threads.append(threading.Thread(target=live, daemon=True))

    def regularly(self, job, period, jitter=0.02):
        dice = random.Random(self.dice.random())

        def live():
            pause = dice.uniform(0, period)
            while self.lab.wait(pause):
                job(dice)
                pause = period * dice.uniform(1 - jitter, 1 + jitter)

        self.threads.append(threading.Thread(target=live, daemon=True))

    def begin(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join(45)


def person(life, host, parts):
    jobs = [job for part in parts for job in HABITS.get(part, ())]
    names, weights = zip(*jobs)
    for _ in range(4):  # as many things at once as people do
        life.repeat(lambda dice: dice.choices(names, weights)[0](host, dice), 0.3, 14, first=8)


def desk_by_itself(life, host, dice):
    """Programs that nobody started today: updates, reports, chat, the clock."""
    lab = host.town
    minutes = lab.seconds + 60
    host.start([*ASK, 'noise', f'address={host.ip}', f'seconds={minutes}'])
    period, size = dice.choice((20, 30, 45, 60)), dice.randrange(200, 1500)
    way, name = dice.randrange(4), dice.choice(('antivirus.example', 'mesures.example'))
    if way < 3:
        url = (f'https://{name}:8443/r?n={size}', f'https://{name}/image-{size % 40}.svg', f'http://{name}:8080/r?n={size}')[way]
        life.regularly(
            lambda d: host.run(f'curl -sk --max-time 8 -d id={d.randrange(10**6)} {url}'), period, dice.choice((0.01, 0.1, 0.4))
        )
    if dice.random() < 0.7:
        tls, port = dice.choice((('1', 5223), ('1.2', 5223), ('', 5222)))
        address = lab.names['messagerie-equipe.example']
        host.start(
            [
                *ASK,
                'talk',
                f'address={address}',
                f'port={port}',
                f'tls={tls}',
                f'seconds={minutes}',
                'name=messagerie-equipe.example',
            ]
            + [f'gap={dice.choice(("2:40", "25:30", "10:60"))}', 'up=20:600', 'down=20:900', f'kind={dice.randrange(3)}']
            + [f'push={dice.choice((0, 0, 20, 45))}', f'size={dice.randrange(30, 400)}']
        )
    if dice.random() < 0.4:
        life.regularly(lambda d: work.time_of_day(host), dice.choice((64, 128)), 0.05)
    if dice.random() < 0.25:  # asks a dead server again and again
        dead = f'{lab.prefix}.{lab.plan.absent[0]}' if dice.random() < 0.3 else lab.hosts[dice.choice(list(lab.plan.machines))].ip
        port = dice.choice((7070, 8530, 1433))
        life.regularly(lambda d: host.run(f'nc -z -w 2 {dead} {port}'), dice.choice((10, 15, 30)))
    life.repeat(lambda d: mirror(host, d), 60, 300)


def mirror(host, dice):
    packages = ' '.join(f'http://mises-a-jour.example/paquet-{dice.randrange(12)}.deb' for _ in range(dice.randrange(1, 6)))
    host.run(f'curl -s --max-time 30 --limit-rate 2M http://mises-a-jour.example/image-2.svg {packages} > /dev/null', timeout=40)


# Machines that work alone


def monitor(life, host):
    """Looks at every machine and every known port, every minute or so; SNMP where there is an agent."""
    lab = host.town
    known = {
        'web': 443,
        'ssh': 22,
        'smb': 445,
        'sql': 3306,
        'mail': 25,
        'ftp': 21,
        'printer': 9100,
        'modbus': 502,
        'camera': 80,
        'rdp': 3389,
    }

    def look(dice):
        for name, (_, parts) in lab.plan.machines.items():
            if lab.ending.is_set():
                return
            target = lab.hosts[name]
            doors = [known[part] for part in parts if part in known]
            checks = '; '.join(f'nc -z -w 1 {target.ip} {port}' for port in doors)
            snmp = (
                f'snmpget -v2c -c public -t 1 -r 0 {target.ip} 1.3.6.1.2.1.1.3.0 1.3.6.1.2.1.1.5.0 >/dev/null'
                if 'snmp' in parts
                else 'true'
            )
            host.run(f'ping -q -c 1 -W 1 {target.ip} >/dev/null; {checks or "true"}; {snmp}', timeout=20)
            lab.wait(dice.uniform(0, 0.4))

    life.regularly(look, life.dice.choice((25, 40, 60)))
    walked = with_part(lab, 'snmp')
    life.repeat(
        lambda d: host.run(f'snmpbulkwalk -v2c -c public {d.choice(walked).ip} 1.3.6.1.2.1.2 >/dev/null', timeout=20), 40, 150
    )
    webs = with_part(lab, 'web')
    life.regularly(lambda d: host.run(f'curl -sk --max-time 5 -o /dev/null https://{d.choice(webs).ip}/'), 20, 0.02)


def administrator(life, host):
    lab = host.town
    servers = with_part(lab, 'ssh')

    def rounds(dice):
        way = dice.randrange(6)
        if way == 0:  # the same command everywhere
            for target in servers:
                if target is not host:
                    work.ssh(host, target.ip, dice.choice(('uptime', 'df -h', 'apt list 2>/dev/null | head -50')), user='admin')
        elif way == 1:
            work.ssh_typed(
                host,
                dice.choice(servers).ip,
                ['uptime', 'ls -l /etc', 'id', 'ps'][: dice.randrange(1, 5)],
                user='admin',
                pause=dice.uniform(0.5, 2.5),
            )
        elif way == 2:  # clumsy
            for password in ('soleil1', 'Soleil', 'soleil')[dice.randrange(3) :]:
                work.ssh(host, dice.choice(servers).ip, 'uptime', user='admin', password=password)
        elif way == 3:  # is it the firewall?
            target = lab.hosts[dice.choice(list(lab.plan.machines))]
            ports = ' '.join(str(dice.choice((22, 80, 443, 445, 3389, 5900, 8080, 161))) for _ in range(dice.randrange(2, 7)))
            host.run(f'for p in {ports}; do nc -z -w 1 {target.ip} $p; done; ping -c 3 -i 0.3 {target.ip}', timeout=25)
        elif way == 4:
            work.scp(host, dice.choice(servers).ip, dice.randrange(10000, 900000), user='admin')
        else:
            for target in dice.sample(with_part(lab, 'printer') + with_part(lab, 'web'), 1):
                work.browse(host, target.ip, ['', 'image-1.svg', 'status'], tls=True)

    life.repeat(rounds, 12, 70, first=30)


def backup(life, host):
    lab = host.town
    stores = with_part(lab, 'rsync')

    def save(dice):
        size = int(math.exp(dice.uniform(math.log(5e5), math.log(6e6))))
        host.run(f'mkdir -p sauve; for n in 1 2 3 4 5 6; do head -c {size // 6} /dev/urandom > sauve/f$n; done')
        if stores and dice.random() < 0.6:
            host.run(f'rsync -a sauve/ rsync://{stores[0].ip}/depot/{host.name}/', timeout=60)
        elif dice.random() < 0.6:
            host.run(
                'for f in sauve/*; do curl -sk --max-time 50 --limit-rate 2M -T $f https://nuage.example/depot/ -X POST -H Expect:; done',
                timeout=70,
            )
        else:
            work.scp(host, dice.choice(WORLD[:8]), size)

    life.repeat(save, 60, 200, first=90)


def recorder(life, host, seconds):
    for camera in with_part(host.town, 'camera'):
        host.start(f'curl -s --max-time {seconds + 30} -o /dev/null http://{camera.ip}:8081/flux')


def panel(host, seconds, dice):
    for number, controller in enumerate(with_part(host.town, 'modbus')):
        period = dice.choice((0.25, 0.5, 1, 2))
        host.start(
            [*ASK, 'poll', f'address={controller.ip}', f'seconds={seconds}', f'period={period}', f'writes={0.03 * number}']
        )


def sensor(life, host, dice):
    brokers = with_part(host.town, 'mqtt')
    target = brokers[0].ip if brokers and dice.random() < 0.7 else host.town.names['mesures.example']
    secure = dice.random() < 0.4
    tls = '--insecure --cafile {host.town.dir.parent}/certificates/ca.crt -p 8883 --tls-version tlsv1.2' if secure else '-p 1883'
    if dice.random() < 0.5:  # one connection for each value
        life.regularly(
            lambda d: host.run(f'mosquitto_pub {tls} -h {target} -t mesure/{host.name} -m {d.randrange(1000)}', timeout=10),
            dice.choice((5, 10, 30)),
        )
    else:
        host.start(
            f'while sleep {dice.choice((2, 5, 15))}; do echo $RANDOM-23.5; done | mosquitto_pub {tls} -h {target} -t mesure/{host.name} -l -k 60'
        )
    life.regularly(lambda d: work.time_of_day(host), 64, 0.05)


def modality(life, host):
    archive = with_part(host.town, 'pictures')[0].ip

    def send(dice):
        ask(
            host,
            'talk',
            60,
            address=archive,
            port=104,
            seconds=25,
            gap='0.01:0.4',
            up='40000:500000',
            down='60:120',
            count=dice.randrange(3, 12),
        )

    life.repeat(send, 20, 90, first=30)
    labs = with_part(host.town, 'messages')
    if labs:
        life.repeat(
            lambda d: ask(
                host, 'talk', 20, address=labs[0].ip, port=2575, seconds=3, up='300:2500', down='80:200', kind=0, count=1
            ),
            3,
            20,
        )


def phone(life, host, seconds, dice):
    lab = host.town
    host.start(
        [*ASK, 'register', f'address={lab.names["visio.example"]}', f'seconds={seconds}', f'user={host.ip[-2:]}', 'period=30']
    )
    others = [other for other in with_part(lab, 'phone') if other is not host]
    life.repeat(
        lambda d: host.run([PY, HERE / 'call.py', 'call', others[0].ip, '16384', d.randrange(10, 45)], timeout=60), 60, 240
    )


def visitors(life, lab):
    """Strangers who read the public site, and mail that comes from outside."""
    guests = lab.hosts['visiteurs']

    def visit(dice):
        server = dice.choice(with_part(lab, 'public'))
        way, agent = dice.randrange(6), dice.choice(AGENTS)
        source = f'--interface {dice.choice(lab_serve.VISITORS)}'
        pages = [f'article-{dice.randrange(24)}.html'] + [f'photo-{dice.randrange(14)}.jpg' for _ in range(dice.randrange(6))]
        if way == 0:  # a search engine
            urls = ' '.join(f'http://{server.ip}/article-{dice.randrange(60)}.html' for _ in range(dice.randrange(3, 20)))
            guests.run(
                f'curl -s {source} -A "Mozilla/5.0 (compatible; bot/2.1)" --rate 2/s --max-time 25 {urls} > /dev/null', timeout=40
            )
        else:
            scheme = dice.choice(('http', 'https', 'https'))
            parallel = '-Z --parallel-max 6' if way == 1 else ''
            urls = ' '.join(f'{scheme}://{server.ip}/{page}' for page in pages)
            guests.run(f'curl -sk --http1.1 {parallel} {source} -A "{agent}" --max-time 25 {urls} > /dev/null', timeout=40)

    if with_part(lab, 'public'):
        for _ in range(4):
            life.repeat(visit, 0.8, 15, first=10)
    for server in with_part(lab, 'mail'):
        life.repeat(
            lambda d: guests.run(
                f'head -c {d.randrange(900, 90000)} /dev/urandom | base64 | curl -s --interface {d.choice(lab_serve.VISITORS)} --max-time 25 '
                f'smtp://{server.ip} --mail-from b@domaine{d.randrange(1, 8)}.example --mail-rcpt mairie@valbourg.example -T -',
                timeout=40,
            ),
            5,
            40,
        )
        life.repeat(lambda d: mail_out(server, d), 8, 60)


def mail_out(server, dice):
    work.look_up(
        server,
        f'domaine{dice.randrange(1, 8)}.example MX',
        f'domaine{dice.randrange(1, 8)}.example TXT',
        server=server.town.router.ip,
    )
    size = int(math.exp(dice.uniform(6, 12)))
    server.run(
        f'head -c {size} /dev/urandom | base64 | curl -s --max-time 25 smtp://{dice.choice(WORLD)} --mail-from a@valbourg.example --mail-rcpt b@domaine1.example -T -',
        timeout=40,
    )


def begin(lab, dice, seconds):
    """Everything that lives here, started; the Life to join at the end."""
    life = Life(lab, dice)
    for name, (_, parts) in lab.plan.machines.items():
        host = lab.hosts[name]
        if 'desk' in parts:
            person(life, host, parts)
            desk_by_itself(life, host, dice)
        for part, job in (('monitor', monitor), ('admin', administrator), ('backup', backup), ('modality', modality)):
            if part in parts:
                job(life, host)
        if 'recorder' in parts:
            recorder(life, host, seconds)
        if 'panel' in parts:
            panel(host, seconds, dice)
        if 'sensor' in parts:
            sensor(life, host, dice)
        if 'phone' in parts:
            phone(life, host, seconds, dice)
        if 'printer' in parts or 'camera' in parts:
            host.start([*ASK, 'noise', f'address={host.ip}', f'seconds={seconds}', 'period=20:90'])
            if dice.random() < 0.5:  # reports to its maker
                life.regularly(
                    lambda d, h=host: h.run(
                        f'curl -sk --max-time 8 -d pages={d.randrange(9999)} https://mesures.example:8443/p?n=200'
                    ),
                    60,
                    0.1,
                )
        if 'web' in parts and 'sql' in parts:
            life.repeat(lambda d, h=host: database(h, d), 2, 20)
        if 'ssh' in parts and 'desk' not in parts:
            life.repeat(lambda d, h=host: mirror(h, d), 90, 400)
            life.regularly(lambda d, h=host: work.time_of_day(h), 64, 0.05)
        if 'films' in parts:
            pupils = with_part(lab, 'pupil') or with_part(lab, 'desk')
            life.repeat(lambda d, h=host: film(d.choice(pupils), d, h.ip), 5, 40)
    visitors(life, lab)
    life.begin()
    return life
