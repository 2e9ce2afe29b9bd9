#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_learn_train.py BEFFROI   `beffroi learn train, show, approve` from outside. Prints TAP."""
import json, os, random, subprocess, sys, tempfile

from tap import check, end

beffroi = os.path.abspath(sys.argv[1])
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {'LANG': 'C', 'HOME': '/nowhere'}
place = tempfile.TemporaryDirectory()
os.chdir(place.name)
columns = 'dur,proto,service,state,spkts,dpkts,sbytes,dbytes,rate,sttl,dttl,sload,dload,sloss,dloss,sinpkt,dinpkt,sjit,djit,swin,stcpb,dtcpb,dwin,tcprtt,synack,ackdat,smean,dmean,trans_depth,response_body_len,ct_srv_src,ct_state_ttl,ct_dst_ltm,ct_src_dport_ltm,ct_dst_sport_ltm,ct_dst_src_ltm,is_ftp_login,ct_ftp_cmd,ct_flw_http_mthd,ct_src_ltm,ct_srv_dst,is_sm_ips_ports'


def run(*arguments):
    return subprocess.run([beffroi, 'learn', *arguments], capture_output=True, text=True, timeout=120, env=environment)


def table(path, rows, attacks):
    chance = random.Random(rows)
    with open(path, 'w') as f:
        f.write(columns + ',attack_cat,label\n')
        for i in range(rows):
            cells = [str(chance.randrange(1000)) for _ in range(42)]
            cells[1:4] = ['tcp', 'http', 'FIN']
            attack = attacks and int(cells[6]) > 600 and int(cells[8]) < 500
            f.write(','.join(cells) + (',DoS,1\n' if attack else ',Normal,0\n'))


table('rows.csv', 3000, True)
table('benign.csv', 300, False)
train = ['train', 'rows.csv', '--mapping', 'unsw-nb15', '--trees', '12', '--format', 'json']
models = []
for threads in ('1', '3'):
    r = run(*train, '--out', threads + '.model', '--threads', threads)
    check(r.returncode == 0, f'a model is trained by {threads} threads', r.stderr)
    models.append(open(threads + '.model', 'rb').read())
answer = json.loads(r.stdout)
check(answer['rows'] == 3000 and answer['trees'] == 12 and answer['seed'] == 1 and len(answer['training_hash']) == 64, 'what was made is told', answer)
check(models[0] == models[1], 'any number of threads makes the same bytes')
r = run(*train, '--out', 'seed.model', '--seed', '2')
check(r.returncode == 0 and open('seed.model', 'rb').read() != models[0], 'another seed, another file', r.stderr)
r = run(*train, '--out', 'few.model', '--codes', '6,8')
shown = json.loads(run('show', 'few.model', '--format', 'json').stdout)
check([c['code'] for c in shown['codes']] == [6, 8], 'a model reads only the codes that it may', shown)
check(shown['deployable'] is False and 'nobody signed' in shown['why_not'], 'nobody has signed it, and show says so', shown)
subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', 'key.pem'], check=True, capture_output=True)
open('sheet.md', 'w').write('made up, for a test\n')
r = run('approve', 'few.model', '--approver', 'Nadia Ferrand', '--sheet', 'sheet.md', '--key', 'key.pem', '--out', 'signed.model')
check(r.returncode == 0, 'a person approves and signs it', r.stderr)
shown = json.loads(run('show', 'signed.model', '--format', 'json').stdout)
check(shown['approver'] == 'Nadia Ferrand' and len(shown['key']) == 64 and 'unsw-nb15' in shown['why_not'],
      'who answers for it is shown; what reads a yard-stick is never deployed', shown)
bytes_ = bytearray(open('signed.model', 'rb').read())
bytes_[-200] ^= 1
open('altered.model', 'wb').write(bytes_)
r = run('show', 'altered.model')
check('altered after it was signed' in r.stdout, 'an altered model is known as such', r.stdout + r.stderr)
for what, reason, arguments in (
        ('one class only', 'no row is an attack', ['train', 'benign.csv', '--mapping', 'unsw-nb15', '--out', 'no.model']),
        ('no place for the model', '--out', ['train', 'rows.csv', '--mapping', 'unsw-nb15']),
        ('a mode that is none', 'auto | symmetric | levels', [*train, '--out', 'no.model', '--mode', 'forest']),
        ('codes that are none', '0-7,35', [*train, '--out', 'no.model', '--codes', '70']),
        ('1025 trees', '1024', ['train', 'rows.csv', '--mapping', 'unsw-nb15', '--out', 'no.model', '--trees', '1025']),
        ('nine deep', '8 tests deep', [*train, '--out', 'no.model', '--depth', '9', '--mode', 'levels']),
        ('a model that is none', 'not a model', ['show', 'rows.csv']),
        ('a key that is none', 'ed25519', ['approve', 'few.model', '--approver', 'Nadia Ferrand', '--sheet', 'sheet.md', '--key', 'sheet.md'])):
    r = run(*arguments)
    check(r.returncode in (1, 2) and reason in r.stderr and not os.path.exists('no.model'), f'{what}: refused, and why', r.stderr)
end()
