#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: console.py BEFFROI [--days N] [--keep FOLDER]   What the console costs: how soon its first page is there after a cold start, how
long each page takes, what all of its processes hold when idle. The dossier is that of a small site: N days (365) of events and
alerts of another sensor, made up, imported."""
import argparse
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tests/system'))
from serve import Client, Serve, descendants

EVENTS_A_DAY, ALERTS_A_DAY = 3000, 20
PASSWORD = 'four words that share nothing'
PAGES = ('/api/session', '/api/vocabulary', '/api/today', '/api/incidents', '/api/alerts', '/api/alerts?q=192.168.20.11', '/api/assets', '/api/events',
         '/api/events?q=host7.example', '/api/traffic', '/api/map', '/api/journal', '/api/documents')
LIMIT_JSON = 100_000


def eve(days, out):
    """Lines of EVE: DNS and flows of 20 machines, and some alerts."""
    dice = random.Random(1)
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    for day in range(days):
        times = sorted(dice.random() * 86400 for _ in range(EVENTS_A_DAY))
        alerts = set(dice.sample(range(EVENTS_A_DAY), ALERTS_A_DAY))
        for i, second in enumerate(times):
            at = start + datetime.timedelta(days=day, seconds=second)
            event = {'timestamp': at.strftime('%Y-%m-%dT%H:%M:%S.%f+0000'), 'flow_id': day * EVENTS_A_DAY + i + 1, 'src_ip': f'192.168.20.{dice.randint(10, 30)}',
                     'src_port': dice.randint(1024, 65535), 'dest_ip': f'203.0.113.{dice.randint(1, 250)}', 'dest_port': 443, 'proto': 'TCP'}
            if i in alerts:
                event |= {'event_type': 'alert', 'alert': {'action': 'allowed', 'gid': 1, 'signature_id': dice.randint(2000000, 2000050), 'rev': 1,
                                                           'signature': 'made up', 'category': 'Misc activity', 'severity': 3}}
            elif i % 2:
                event |= {'event_type': 'dns', 'proto': 'UDP', 'dest_port': 53, 'dns': {'type': 'query', 'id': i, 'rrname': f'host{dice.randint(1, 500)}.example', 'rrtype': 'A'}}
            else:
                event |= {'event_type': 'flow', 'app_proto': 'tls', 'flow': {'pkts_toserver': 10, 'pkts_toclient': 12, 'bytes_toserver': 1200, 'bytes_toclient': 9000,
                                                                             'start': event['timestamp'], 'end': event['timestamp'], 'age': 1, 'state': 'closed', 'reason': 'timeout', 'alerted': False}}
            out.write(json.dumps(event, separators=(',', ':')) + '\n')


def held(pid):
    """Pss of a process, kB: what it shares counts by its part."""
    with open(f'/proc/{pid}/smaps_rollup') as f:
        return next(int(line.split()[1]) for line in f if line.startswith('Pss:'))


def all_held(serve):
    roles = {'parent': serve.process.pid, **descendants(serve.process.pid)}
    figures = {name: held(pid) for name, pid in roles.items()}
    return sum(figures.values()), figures


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument('beffroi')
    args.add_argument('--days', type=int, default=365)
    args.add_argument('--keep', help='the folder of the dossier, kept afterwards')
    args = args.parse_args()
    beffroi = os.path.abspath(args.beffroi)
    with tempfile.TemporaryDirectory(prefix='bench-console-') as folder:
        dossier = args.keep or os.path.join(folder, 'dossier')
        if not os.path.exists(os.path.join(dossier, 'dossier.db')):
            lines = os.path.join(folder, 'eve.json')
            with open(lines, 'w') as out:
                eve(args.days, out)
            begun = time.monotonic()
            subprocess.run([beffroi, 'import', 'eve', lines, '--dossier', dossier], check=True, stdout=subprocess.DEVNULL)
            print(f'imported {args.days * EVENTS_A_DAY} events in {time.monotonic() - begun:.1f} s')
            os.unlink(lines)
        begun = time.monotonic()
        serve = Serve(beffroi, dossier)
        client = Client(serve)
        for path in ('/', '/app.css', '/app.js', '/api/session'):
            client.get(path, **{'Accept-Encoding': 'gzip'})
        print(f'cold start to the first page: {time.monotonic() - begun:.2f} s')
        print(f'idle before anybody came: {all_held(serve)[0] / 1024:.1f} MB')
        if serve.token:
            client.follow(serve.token, PASSWORD)
            made = client.ask('POST', '/api/users', {'name': 'expert', 'display': 'Expert', 'role': 'expert'})
        client = Client(serve)
        client.follow(made.json['link'], PASSWORD) if serve.token else client.sign_in('expert', PASSWORD)
        print('| page | bytes | first, ms | again, ms |\n|---|--:|--:|--:|')
        for path in PAGES:
            took = []
            for _ in range(5):
                begun = time.monotonic()
                answer = client.get(path)
                took.append((time.monotonic() - begun) * 1000)
            print(f'| {path} | {len(answer.body)}{"" if len(answer.body) <= LIMIT_JSON else " TOO BIG"} | {took[0]:.1f} | {sorted(took[1:])[1]:.1f} |'
                  + ('' if answer.status == 200 else f' status {answer.status}'))
        total, figures = all_held(serve)
        print(f'idle after all pages: {total / 1024:.1f} MB ({", ".join(f"{n} {v / 1024:.1f}" for n, v in figures.items())})')
        serve.end()


if __name__ == '__main__':
    main()
