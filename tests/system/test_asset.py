#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_asset.py BEFFROI SOURCE_FOLDER   the machines from outside: seen, imported (nmap, csv), declared; where these
differ; merged and split; exported and imported. Prints TAP."""
import csv, io, json, os, subprocess, sys, tempfile
import tap
from place import Places
from tap import check

beffroi, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp(prefix='test-asset-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder, 'USER': 'alice'}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}


def path(name):
    return os.path.join(folder, name)


places = Places(folder)
place = places.dossier('d')


def run(*arguments, at=None, **more):
    return subprocess.run([beffroi, *arguments, '--dossier', at or place], capture_output=True, text=True, timeout=240, env=environment, **more)


def ask(*arguments, **more):
    done = run(*arguments, '--format', 'json', **more)
    try:
        return json.loads(done.stdout) | {'status': done.returncode, 'errors': done.stderr}
    except ValueError:
        return {'status': done.returncode, 'errors': done.stderr, 'out': done.stdout}


def machines(*arguments, at=None):
    return {m['id']: m for m in ask('asset', 'list', *arguments, at=at).get('assets', [])}


def write(name, text, encoding='utf-8'):
    with open(path(name), 'w', encoding=encoding, newline='') as file:
        file.write(text)
    return path(name)


def host(address, mac='', name='', ports='', end=1772524860, status='up', system=''):
    return (f'<host endtime="{end}"><status state="{status}"/><address addr="{address}" addrtype="ipv4"/>' + (f'<address addr="{mac}" addrtype="mac" vendor="A&amp;B"/>' if mac else '') +
            f'<hostnames><hostname name="{name}" type="PTR"/></hostnames><ports>{ports}</ports>' + (f'<os><osmatch name="{system}" accuracy="98"/><osmatch name="worse" accuracy="80"/></os>' if system else '') + '</host>\n')


def port(number, service='', product='', version='', state='open', protocol='tcp'):
    return f'<port protocol="{protocol}" portid="{number}"><state state="{state}"/><service name="{service}" product="{product}" version="{version}"/></port>'


def report(*hosts):
    return '<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" start="1772524800" version="7.93">\n' + ''.join(hosts) + '</nmaprun>\n'


# Scanned: nmap.
scan = report(host('10.0.0.5', 'D4:BE:D9:11:20:31', 'mail.town.example', port(22, 'ssh', 'OpenSSH', '9.2p1') + port(80, 'http', state='closed') + port(161, 'snmp', state='open|filtered', protocol='udp'), system='Linux 6.1'),
              host('10.0.0.6', status='down'), host('10.0.0.7', ports=port(443, 'https', 'nginx', '1.22\x7f')))
a = ask('import', 'nmap', write('scan.xml', scan))
m = machines().get('AST-10.0.0.5', {})
check(a['status'] == 0 and a['machines'] == 2 and sorted(machines()) == ['AST-10.0.0.5', 'AST-10.0.0.7'], 'a report of nmap: the machines that are up', a)
check(m.get('name') == 'mail.town.example' and m.get('mac') == 'd4:be:d9:11:20:31' and m.get('vendor') == 'A&B' and m.get('system') == 'Linux 6.1' and m.get('scanned') and not m.get('seen')
      and m.get('services') == [{'port': 22, 'transport': 'tcp', 'app_proto': 'ssh', 'product': 'OpenSSH', 'version': '9.2p1', 'seen': False, 'scanned': True, 'declared': False}],
      'with names, MAC, the surest system, and open ports with product and version', m)
b = ask('dossier', 'info')
ask('import', 'nmap', path('scan.xml'))
check(ask('dossier', 'info') == b, 'imported twice, it changes nothing', (b, ask('dossier', 'info')))
ask('import', 'nmap', write('older.xml', report(host('10.0.0.5', end=1700000000, system='Linux 2.6', ports=port(22, 'ssh', 'OpenSSH', '5.0')))))
m = machines()['AST-10.0.0.5']
check(m['system'] == 'Linux 6.1' and m['services'][0]['version'] == '9.2p1', 'an older scan does not replace a newer one', m)
bombs = {'entities': '<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "b">]><nmaprun><host/></nmaprun>', 'file': '<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a SYSTEM "file:///etc/passwd">]><nmaprun>&a;</nmaprun>',
         'other': '<?xml version="1.0"?><html/>', 'no XML': 'nonsense', 'deep': '<nmaprun>' + '<a>' * 100, 'cut': scan[:700], 'long': '<nmaprun a="' + 'x' * 3000000}
for name, text in bombs.items():
    a = ask('import', 'nmap', write('bomb.xml', text))
    check(a['status'] == 4 and a.get('bad') == 1 and 'bomb.xml' in a['errors'], f'a report that is not right is told: {name}', a)

# Declared: csv, as people write it.
table = ('Nom;Adresse IP;Adresse MAC;Criticité;Propriétaire;Lieu;Système d\'exploitation;Ports ouverts;Remarques\r\n'
         '"Serveur ""métier""";10.0.0.5;;grave;Mairie;Baie 1;Debian 12;"22/tcp ssh, 25/tcp smtp";"sur deux\r\nlignes; et un point-virgule"\r\n'
         'Imprimante;10.0.0.9;;1;Accueil;;;;\r\n'
         'Commutateur;;00-11-22-AA-BB-CC;critique;DSI;Baie 2;;;\r\n'
         'Onduleur;;;2;DSI;Baie 2;;;\r\n'
         ';;;;;;;;\r\n')
for encoding in ('utf-8', 'utf-8-sig', 'latin-1'):
    a = ask('import', 'csv', write('table.csv', table, encoding))
    check(a['status'] == 0 and a['machines'] == 4 and a['bad'] == 0, f'a table in {encoding}, with ; and lines within quotes', a)
m = machines()
one = m.get('AST-10.0.0.5', {})
check(one.get('name') == 'Serveur "métier"' and one.get('value') == 'serious' and one.get('owner') == 'Mairie' and one.get('location') == 'Baie 1' and one.get('note') == 'sur deux lignes; et un point-virgule',
      'its French columns are understood', one)
check(one.get('system') == 'Debian 12' and [(s['port'], s['scanned'], s['declared']) for s in one['services']] == [(22, True, True), (25, False, True)], 'what is declared counts before what a scan guesses', one)
check(m.get('AST-00-11-22-aa-bb-cc', {}).get('value') == 'critical' and any(x.get('name') == 'Onduleur' and 'address' not in x for x in m.values()), 'a machine may have a MAC or a name only', list(m))
a = ask('import', 'csv', write('other.csv', 'sep=,\nDevice,Where,IP\nrouter,"cellar",10.0.0.1\n'), '--column', 'Device=name', '--column', 'Where=location')
check(a['status'] == 0 and machines()['AST-10.0.0.1'].get('location') == 'cellar' and machines()['AST-10.0.0.1'].get('name') == 'router', 'columns by other names, as the user says', a)
a = ask('import', 'csv', write('bad.csv', 'name,ip,value\na,10.0.0.300,1\nb,10.0.0.20,9\n"c,10.0.0.21,1\nd,10.0.0.22,1\ne,10.0.0.23,1,2,3\n'))
check(a['status'] == 4 and a['machines'] == 1 and [x['line'] for x in a['bad_lines']] == [2, 3, 4, 6] and 'AST-10.0.0.22' in machines(), 'bad lines are told, the good ones are kept, also behind a quote that is never closed', a)
a = ask('import', 'csv', write('none.csv', 'colour,size\nred,1\n' + 'blue,2\n' * 50))
check(a['status'] == 4 and a['bad'] == 1 and 'columns' in a['bad_lines'][0]['reason'], 'a table of something else is told once', a)
check(ask('import', 'csv', path('none.csv'), '--column', 'colour=beauty')['status'] == 1, 'a column that is none of ours')

# Differences.
def differences(word):
    return sorted(machines('--difference', word))


check('AST-10.0.0.7' in differences('unknown') and 'AST-10.0.0.5' not in differences('unknown'), 'a machine on no list', differences('unknown'))
check('AST-10.0.0.9' in differences('never-seen') and 'AST-10.0.0.5' not in differences('never-seen'), 'declared and never seen', differences('never-seen'))
check(differences('service-silent') == ['AST-10.0.0.5'] and differences('service-unknown') == [], 'a declared service that is silent', differences('service-silent'))
run('asset', 'set', '10.0.0.5', 'service=-22/tcp')
check(differences('service-unknown') == ['AST-10.0.0.5'], 'a service that is not declared', differences('service-unknown'))
check(ask('asset', 'list', '--difference', 'ugly')['status'] == 1, 'a difference that is none')

# By hand.
a = ask('asset', 'add', '10.0.0.30', 'name=Caisse', 'kind=till', 'value=G3', 'service=443/tcp https', 'note==1+1')
check(a['status'] == 0 and a['declared'] and a['value'] == 'serious' and a['services'][0]['declared'] and a['note'] == '=1+1', 'a machine is declared by hand', a)
a = ask('asset', 'set', 'caisse', 'owner=Régie', 'kind=')
check(a['status'] == 0 and a.get('owner') == 'Régie' and 'kind' not in a, 'and changed, by its name', a)
for wrong in (['value=9'], ['colour=red'], ['service=0/tcp'], ['declared=maybe'], ['name=' + 'x' * 200]):
    check(ask('asset', 'set', '10.0.0.30', 'owner=Nobody', *wrong)['status'] == 1 and machines()['AST-10.0.0.30']['owner'] == 'Régie', f'what is wrong is refused, all of it: {wrong[0][:20]}')
check(ask('asset', 'show', '10.9.9.9')['status'] == 1 and ask('asset', 'add', 'here')['status'] == 1 and run('asset', 'wash').returncode == 2, 'refusals')
evil = ask('asset', 'add', '10.0.0.31', 'name=a\x1b[31mb\u202e"<script>')
shown = run('asset', 'show', '10.0.0.31').stdout + run('asset', 'list').stdout
check('\x1b' not in shown and evil['name'].startswith('a [31mb'), 'a hostile name does no harm', shown)
h = ask('asset', 'history', '10.0.0.30')
check([c['action'] for c in h['changes']][:2] == ['add', 'change'] and all('alice' in c['who'] for c in h['changes']) and 'Régie' in h['changes'][-1]['after'], 'the journal tells who said what', h)

# Pages and search.
check([x['id'] for x in ask('asset', 'list', '--search', 'BAIE 2')['assets']] and 'AST-00-11-22-aa-bb-cc' in machines('--search', 'baie 2') and len(machines('--search', 'openssh')) == 1, 'search in any field')
first = ask('asset', 'list', '--limit', '3')
second = ask('asset', 'list', '--limit', '3', '--after', first['next'])
check(len(first['assets']) == 3 and first['total'] == len(machines()) and not {x['id'] for x in first['assets']} & {x['id'] for x in second['assets']}, 'page after page', (first, second))

# Several addresses of one machine.
def lease(address, mac, second, name='poste'):
    return json.dumps({'ts': 1772524800 + second, '_path': 'dhcp', 'mac': mac, 'host_name': name, 'assigned_addr': address, 'server_addr': '10.0.0.1', 'msg_types': ['ACK']})


ask('import', 'zeek', write('dhcp.log', '\n'.join([lease('10.0.1.10', '02:00:00:00:00:01', 0), lease('10.0.1.11', '02:00:00:00:00:01', 86400), lease('10.0.1.12', '02:00:00:00:00:02', 0, 'other'),
                                                   lease('10.0.1.13', '02:00:00:00:00:02', 0, 'other'), lease('10.0.1.13', '02:00:00:00:00:02', 60, 'other'), lease('10.0.1.12', '02:00:00:00:00:02', 60, 'other')]) + '\n'))
run('asset', 'add', 'mac=02:00:00:00:00:01', 'owner=Urbanisme')
p = {x['from']: x for x in ask('asset', 'merge')['proposals']}
check(p.get('AST-10.0.1.10', {}).get('into') == 'AST-10.0.1.11' and p['AST-10.0.1.10']['sure'] and p.get('AST-02-00-00-00-00-01', {}).get('sure') and not p.get('AST-10.0.1.12', {}).get('sure', True),
      'one MAC, another address: proposed; at the same time: not sure', p)
a = ask('asset', 'merge', '--yes')
m = machines()
check(a['merged'] == 2 and 'AST-10.0.1.10' not in m and m['AST-10.0.1.11']['owner'] == 'Urbanisme' and sorted(x['id'] for x in m['AST-10.0.1.11']['addresses']) == ['AST-02-00-00-00-00-01', 'AST-10.0.1.10'],
      'with --yes the sure ones are one machine, which has what was said of each', (a, m.get('AST-10.0.1.11')))
check(ask('asset', 'show', '10.0.1.10').get('id') == 'AST-10.0.1.11', 'by its old address, the machine is found')
ask('asset', 'split', '10.0.1.10', 'not the same')
check('AST-10.0.1.10' in machines() and 'AST-10.0.1.10' not in {x['from'] for x in ask('asset', 'merge')['proposals']}, 'a merge is taken back, and not proposed again', ask('asset', 'merge'))
a = ask('asset', 'merge', '10.0.1.12', '10.0.0.5', 'two cards')
b = ask('asset', 'merge', '10.0.0.5', '10.0.0.7')
check(a['status'] == 0 and [x['id'] for x in b['addresses']] == ['AST-10.0.0.5', 'AST-10.0.1.12'] and ask('asset', 'merge', '10.0.1.12', '10.0.0.7')['status'] == 1,
      'what was merged follows its machine into another one; a circle is refused', (a, b))

# Seen, then incidents.
demo = os.path.join(source, 'data/demo/town-hall.pcap.zst')
run('asset', 'add', '192.168.20.10', 'name=Intranet')
run('watch', '-r', demo, '-q')
m = machines()['AST-192.168.20.10']
check(m['seen'] and m['declared'] and m['first'].startswith('2026-03-03') and m['packets'] > 1000 and m['name'] == 'Intranet' and m['incidents'] >= 1, 'what was declared first is seen later', m)
check(run('dossier', 'verify').returncode == 0, 'the dossier verifies', run('dossier', 'verify').stdout)

# Incidents before the machine is known.
late = path('late')
ask('import', 'eve', write('alert.json', json.dumps({'timestamp': '2026-03-03T08:00:00.5+0100', 'event_type': 'alert', 'src_ip': '203.0.113.9', 'dest_ip': '10.0.0.5', 'proto': 'TCP',
                                                     'alert': {'signature_id': 5, 'signature': 'a', 'category': 'Web Application Attack', 'severity': 1}}) + '\n'), at=late)
run('asset', 'add', '10.0.0.5', 'name=Mail', at=late)
m = machines(at=late).get('AST-10.0.0.5', {})
chain = run('trace', 'AST-10.0.0.5', at=late).stdout
check(m.get('incidents') == 1 and 'INC-' in chain and run('dossier', 'verify', at=late).returncode == 0, 'a machine that is declared after its incident is part of the chain', (m, chain))

# Out and in again.
out, again = path('out'), places.dossier('again')
run('dossier', 'export', out)
run('dossier', 'import', out, at=again)
check(machines(at=again) == machines() and run('dossier', 'verify', at=again).returncode == 0, 'exported and imported, the machines are the same')

places.end()
tap.end()
