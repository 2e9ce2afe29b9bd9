#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_import_syslog.py BEFFROI   `beffroi import syslog` from outside: logs of servers and firewalls become incidents, whatever
strangers wrote into them. Prints TAP."""
import json, os, subprocess, sys, tempfile
import tap
from place import Places
from tap import check

beffroi = os.path.abspath(sys.argv[1])
folder = tempfile.mkdtemp(prefix='test-import-syslog-')
environment = {'PATH': os.environ['PATH'], 'LANG': 'C', 'HOME': folder}
environment |= {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS') if name in os.environ}
places = Places(folder)


def path(name):
    return os.path.join(folder, name)


def run(*arguments, **more):
    return subprocess.run([beffroi, *arguments], capture_output=True, text=True, timeout=240, env=environment, **more)


def load(lines, dossier, *options):
    text = '\n'.join(lines) + '\n'
    done = run('import', 'syslog', '-', '--dossier', places.dossier(dossier), '--format', 'json', *options, input=text)
    try:
        return json.loads(done.stdout) | {'status': done.returncode, 'errors': done.stderr}
    except ValueError:
        return {'status': done.returncode, 'errors': done.stderr, 'out': done.stdout}


def incidents(dossier):
    listed = json.loads(run('incident', 'list', '--dossier', places.dossier(dossier), '--format', 'json').stdout)['incidents']
    return [json.loads(run('incident', 'show', i['id'], '--dossier', places.dossier(dossier), '--format', 'json').stdout)['story'] for i in listed]


def guessing(when=lambda i: f'Mar  3 08:{i // 60:02}:{i % 60:02}', head='', count=30, who='203.0.113.9'):
    lines = [f'{head}{when(i * 4)} mail sshd[{1000 + i}]: Failed password for invalid user admin{i} from {who} port {40000 + i} ssh2' for i in range(count)]
    return lines + [f'{head}{when(count * 4)} mail sshd[2000]: Accepted password for root from {who} port 50000 ssh2']


# Log-ins.
a = load(guessing(), 'guess', '--host', 'mail=10.0.0.5', '--year', '2026')
i = (incidents('guess') or [{}])[0]
check(a.get('status') == 0 and a.get('events') == 31 and a.get('incidents_new') == 1 and i.get('attacker') == '203.0.113.9' and i.get('victims') == ['10.0.0.5'],
      'passwords that are tried over and over are an incident', (a, i))
check([p['detector'] for p in i.get('parts', [])] == ['guess-ssh'] and i.get('severity') == 'critical', 'and one that worked makes it critical', i)
check(i.get('first', '').startswith('2026-03-03T07:00:00'), 'a clock on the wall is that of Paris', i)
b = load(guessing(), 'guess', '--host', 'mail=10.0.0.5', '--year', '2026')
check(b.get('alerts_new') == 0 and b.get('incidents_new') == 0, 'imported twice, it adds nothing', b)
a = load(guessing(), 'nowhere', '--year', '2026')
check(a.get('incidents_new') == 1 and 'mail 31' in a['errors'] and '--host' in a['errors'], 'a machine without a known address is told, and how to say it', a)
a = load(guessing(lambda i: f'2026-03-03T08:{i // 60:02}:{i % 60:02}.25+02:00', '<38>1 '), 'new', '--host', 'mail=10.0.0.5')
check(a.get('bad') == 31, 'RFC 5424 has no colon after the program', a)
rfc5424 = [f'<38>1 2026-03-03T08:{i // 60:02}:{i % 60:02}.25+02:00 10.0.0.5 sshd {1000 + i} - [a@1 b="]\\" from 9.9.9.9 "] Failed password for root from 203.0.113.9 port {40000 + i} ssh2' for i in range(30)]
a = load(rfc5424, 'new')
i = (incidents('new') or [{}])[0]
check(a.get('status') == 0 and i.get('attacker') == '203.0.113.9' and i.get('first', '').startswith('2026-03-03T06:00:00.25') and i.get('victims') == ['10.0.0.5'], 'RFC 5424, with its offset and an address as name', (a, i))
# A name is the stranger's: it must not say who did it.
forged = [f'Mar  3 08:00:{i:02} mail sshd[1]: Failed password for invalid user x from 198.51.100.1 port 22 ssh2 from 203.0.113.9 port 4000 ssh2' for i in range(30)]
load(forged, 'forged', '--year', '2026')
check([i['attacker'] for i in incidents('forged')] == ['203.0.113.9'], 'a user name that looks like the rest of the line deceives nobody', incidents('forged'))
load([f'Mar  3 08:00:{i:02} mail postfix/smtpd[1]: warning: CEF:0|a|b|1|x|attack|9|src=1.2.3.4 dst=10.0.0.5' for i in range(3)], 'forged2', '--year', '2026')
check(incidents('forged2') == [], 'nor an alert inside the text of another program', incidents('forged2'))
a = load(['Mar  3 08:00:00 mail sshd[1]: message repeated 29 times: [ Failed password for root from 203.0.113.9 port 4000 ssh2]'], 'repeated', '--year', '2026', '--host', 'mail=10.0.0.5')
check(a.get('incidents_new') == 1, 'lines that rsyslog folded count as often as they were written', a)
ftp = [f'Mar  3 08:00:{i:02} www vsftpd[{i}]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=bob rhost=203.0.113.9  user=bob' for i in range(30)]
load(ftp, 'ftp', '--year', '2026', '--host', 'www=10.0.0.7')
check([p['detector'] for i in incidents('ftp') for p in i['parts']] == ['guess-ftp'], 'PAM tells refused log-ins too', incidents('ftp'))

# Firewalls.
def netfilter(port, second, prefix='[UFW BLOCK] ', target='10.0.0.5'):
    return (f'Mar  3 08:00:{second:02} gw kernel: [ 12.5] {prefix}IN=eth0 OUT= MAC=00:11 SRC=203.0.113.9 DST={target} LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 DF '
            f'PROTO=TCP SPT=40000 DPT={port} WINDOW=1024 RES=0x00 SYN URGP=0')


a = load([netfilter(port, port % 50) for port in range(1, 201)], 'nft', '--year', '2026')
check(a.get('observations') == 200 and [p['detector'] for i in incidents('nft') for p in i['parts']] == ['scan-vertical'], 'what a firewall dropped shows a scan', (a, incidents('nft')))
a = load([f'Mar  3 08:00:{port % 50:02} gw filterlog[77]: 5,,,1000000103,em0,match,block,in,4,0x0,,50,1,0,DF,6,tcp,60,203.0.113.9,10.0.0.5,40000,{port},0,S,123,,1024,,mss' for port in range(1, 201)], 'pf', '--year', '2026')
check([p['detector'] for i in incidents('pf') for p in i['parts']] == ['scan-vertical'], 'and the filterlog of OPNsense and pfSense', (a, incidents('pf')))
a = load([f'Mar  3 08:00:{i % 50:02} filterlog[77]: 5,,,1000000103,em0,match,block,in,6,0x00,0x00000,64,tcp,6,20,2001:db8::9,2001:db8:1::{i:x},40000,22,0,S,1,,1024,,mss' for i in range(1, 101)], 'pf6', '--year', '2026')
check('scan-horizontal' in [p['detector'] for i in incidents('pf6') for p in i['parts']], 'IPv6, and a line without its machine', (a, incidents('pf6')))
a = load([netfilter(443, i, '[ACCEPT] ', f'10.0.0.{i}') for i in range(1, 50)], 'accepted', '--year', '2026')
machines = json.loads(run('asset', 'list', '--dossier', places.dossier('accepted'), '--format', 'json').stdout)['assets']
check(all(m['services'] == [] for m in machines), 'what was let through makes no service of it', machines)

# Other programs' alerts, times, and the rest.
cef = 'Mar  3 08:00:01 siem CEF:0|Vendor|Pro\\|duct|1.0|100|Web attack|8|src=203.0.113.9 dst=10.0.0.5 spt=4000 dpt=80 proto=TCP cat=web'
a = load([cef, 'CEF:0|V|P|1|7|Port scan|Medium|rt=1772524804500 src=203.0.113.9 dst=10.0.0.5'], 'cef', '--year', '2026')
i = (incidents('cef') or [{}])[0]
check(a.get('alerts_new') == 2 and i.get('stages') == ['reconnaissance', 'access'] and i.get('severity') == 'serious', 'CEF alerts become alerts', (a, i))
a = load(['Mar  3 08:00:01 mail postfix/smtpd[1]: connect from x', 'Mar  3 08:00:02 mail CRON[2]: session', 'no time here', '<999>Mar  3 08:00:02 a b: c', ''], 'rest', '--year', '2026')
check(a.get('status') == 4 and a.get('not_understood') == 2 and a.get('bad') == 2 and [x['line'] for x in a['bad_lines']] == [3, 4] and 'postfix/smtpd 1' in a['errors'],
      'what is not understood is counted and told by program, what is no log line is told', a)
a = load(['Dec 31 23:59:59 gw x: y', 'Feb 29 12:00:00 gw x: y', '2015 Nov 13 13:40:01 gw x: y'], 'years')
check(a.get('bad') == 0, 'a day without a year is in the latest year that has it', a)
turn = [f'Dec 31 23:59:{50 + i:02} mail sshd[1]: Failed password for root from 203.0.113.9 port 4000 ssh2' for i in range(8)] + [f'Jan  1 00:00:{i:02} mail sshd[1]: Failed password for root from 203.0.113.9 port 4000 ssh2' for i in range(20)]
load(turn, 'turn', '--year', '2025', '--zone', 'UTC')
i = (incidents('turn') or [{}])[0]
check(i.get('first') == '2025-12-31T23:59:50.000000+0000' and i.get('last', '').startswith('2026-01-01T00:00:'), 'with --year, December is followed by the next January', i)

places.end()
tap.end()
