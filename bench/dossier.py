# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the dossier costs: events in, events found while more come in. See bench/README.md."""
import collections
import datetime
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

import captures
import measuring

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIBRARIES = ('dossier', 'record', 'core')
DAY_COPIES = 5  # of the base, an hour each, in one day
ALERTS_READ = 2000  # the others are rows like them
DAY = datetime.date(2026, 3, 1)


def compile_reader(cache, build):
    out = cache / 'reader'
    archives = [str(build / 'src' / name / f'lib{name}.a') for name in LIBRARIES]
    command = ['cc', '-std=gnu17', '-D_GNU_SOURCE', '-O2', '-Isrc', '-o', str(out), 'bench/dossier/reader.c', '-Wl,--start-group', *archives,
               '-Wl,--end-group', '-lsqlite3', '-lpq', '-lcrypto', '-ljansson', '-lzstd', '-lyaml', '-lsodium', '-lm']
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        sys.exit('bench: the reader does not compile')
    return str(out)


def base_lines(program, cache, generate):
    """The events of five minutes of a busy network, as bytes."""
    facts = captures.make(cache, generate, 'dossier', 'large', 700_000_000, 240)
    eve = cache / 'dossier.eve'
    subprocess.run([program, 'watch', '-r', facts['path'], '--no-dossier', '--eve', str(eve), '-q'], check=True, stdout=subprocess.DEVNULL)
    return eve.read_bytes()


def copy_of(base, number):
    """The same events of another hour, with other flows: nothing is known from before."""
    when = f'{DAY + datetime.timedelta(days=number // DAY_COPIES)}T{number % DAY_COPIES:02d}'.encode()
    text = re.sub(rb'2023-11-14T\d\d', when, base)
    return text.replace(b'"flow_id":', b'"flow_id":%d' % (100 + number))


class Cost:
    """wall and cpu in seconds, of a program and all that it left behind; memory: the largest of its processes, in bytes."""
    wall = cpu = memory = 0.0


def measure(command, out):
    cost, before = Cost(), set(measuring.family(os.getpid()))
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out)
    waiting = {child.pid}
    while waiting:
        pid, _, used = os.wait4(waiting.pop(), 0)
        cost.cpu += used.ru_utime + used.ru_stime
        cost.memory = max(cost.memory, used.ru_maxrss * 1024)
        if pid == child.pid:
            cost.wall = time.monotonic() - start
            child.returncode = 0  # already waited for
            waiting = set(measuring.family(os.getpid())) - before  # its roles, orphans now
    return cost


def import_pieces(program, dossier, pieces, pinned=False):
    """Feeds an import; returns its cost and answer."""
    path = dossier.parent / 'events.json'
    with open(path, 'wb') as file:
        for piece in pieces:
            file.write(piece)
    captures.warm(path)
    answer = dossier.parent / 'answer.json'
    command = [program, 'import', 'eve', str(path), '--dossier', str(dossier), '--format', 'json']
    with open(answer, 'wb') as out:
        cost = measure((['taskset', '-c', '0'] if pinned else []) + command, out)
    path.unlink()
    return cost, json.loads(answer.read_text())


def alert_lines(count):
    signatures = ('ET SCAN Suspicious inbound to mySQL port 3306', 'ET MALWARE Possible Beacon Activity', 'ET POLICY curl User-Agent Outbound',
                  'ET EXPLOIT Attempted Directory Traversal', 'ET INFO Session Traversal Utilities')
    for n in range(count):
        second = n * 5 * 86400 // count  # over five days, in order
        at = f'2026-03-{1 + second // 86400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{n % 1000000:06d}+0000'
        yield json.dumps({'timestamp': at, 'event_type': 'alert', 'flow_id': 10 ** 12 + n, 'src_ip': f'203.0.{n // 250 % 100}.{1 + n % 250}', 'src_port': 1024 + n % 60000,
                          'dest_ip': f'10.20.{n // 200 % 16}.{1 + n % 200}', 'dest_port': 443, 'proto': 'TCP',
                          'alert': {'signature_id': 2000000 + n % 500, 'signature': f'{signatures[n % 5]} {n % 500}', 'category': 'Misc activity', 'severity': 1 + n % 3, 'action': 'allowed'}},
                         separators=(',', ':')).encode() + b'\n'


def questions(base, copies, path):
    """What people search: common and rare words, by turns."""
    rng = random.Random(1)
    lines = rng.sample(base.split(b'\n'), 400)
    rows = []
    for text in lines:
        if not text:
            continue
        event = json.loads(text)
        number = rng.randrange(copies)
        if 'flow_id' in event:
            rows.append(('one flow', f'{100 + number}{event["flow_id"]}'))
        if 'src_ip' in event:
            rows.append(('address', event['src_ip']))
            rows.append(('two addresses', f'{event["src_ip"]} {event["dest_ip"]}'))
        for kind, field in (('dns', 'rrname'), ('tls', 'sni'), ('http', 'hostname')):
            if field in event.get(kind, {}):
                rows.append(('name', event[kind][field]))
                rows.append(('name and address', f'{event[kind][field]} {event["dest_ip"]}'))
        rows.append(('never there', f'nowhere{rng.randrange(10 ** 9)}.example'))
        rows.append(('latest', ''))
        rows.append(('type', rng.choice(('dns', 'tls', 'ssh', 'anomaly'))))
        rows.append(('alerts', rng.choice(('', '', 'beacon', '10.20.3.17', 'traversal 203.0.5.9'))))
        rows.append(('traffic', '1772841600'))
    rng.shuffle(rows)
    path.write_text(''.join(f'{kind}\t{text}\n' for kind, text in rows))


def read_while(reader, dossier, words, work):
    """Runs work() with the reader beside it; returns what work() gave and the times by kind, in milliseconds."""
    process = subprocess.Popen([reader, str(dossier), str(words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    times, unfinished = collections.defaultdict(list), collections.Counter()

    def listen():
        for line in process.stdout:
            kind, spent, _, complete = line.rstrip('\n').split('\t')
            times[kind].append(int(spent) / 1000)
            unfinished[kind] += complete == '0'

    ear = threading.Thread(target=listen)
    ear.start()
    try:
        result = work()
    finally:
        process.stdin.close()
        ear.join()
        process.wait()
    return result, times, unfinished


def at(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def table(times, unfinished):
    print('\n| question | asked | p50 ms | p95 ms | longest ms | budget spent first |\n|---|---|---|---|---|---|')
    every = [t for kind in times.values() for t in kind]
    for kind, values in [*sorted(times.items()), ('all', every)]:
        print(f'| {kind} | {len(values)} | {at(values, 0.5):.1f} | {at(values, 0.95):.1f} | {max(values):.1f} | {unfinished[kind] if kind != "all" else sum(unfinished.values())} |')


def rate(name, cost, events):
    print(f'{name}: {events:,} events, {events / cost.wall:,.0f} a second ({cost.wall:.1f} s, {cost.cpu:.1f} s of CPU: {events / cost.cpu:,.0f} a CPU second), '
          f'{cost.memory / 1e6:.0f} MB', flush=True)


def more_days(events, days):
    """The first day again under other dates: as much to search, in seconds."""
    first = events / f'{DAY}.db'
    with sqlite3.connect(first) as db:
        db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    for n in range(1, days):
        path = events / f'{DAY - datetime.timedelta(days=n)}.db'
        shutil.copyfile(first, path)
        with sqlite3.connect(path) as db:
            db.execute('UPDATE block SET first_ns = first_ns - ?1, last_ns = last_ns - ?1', (n * 86400 * 10 ** 9,))


def more_alerts(database, alerts):
    """Alerts like those that were read, of other moments. The journal knows nothing of them: only for reading."""
    with sqlite3.connect(database) as db:
        have = db.execute('SELECT count(*) FROM alert').fetchone()[0]
        columns = [row[1] for row in db.execute('PRAGMA table_info(alert)')]
        others = ', '.join(c for c in columns if c not in ('id', 'first_ns', 'last_ns'))
        for n in range(1, alerts // max(1, have)):
            db.execute("INSERT INTO object SELECT id || ?1, kind FROM object WHERE kind = 'alert' AND id IN (SELECT id FROM alert WHERE instr(id, '~') = 0)", (f'~{n}',))
            db.execute(f"INSERT INTO alert(id, first_ns, last_ns, {others}) SELECT id || ?1, first_ns - ?2, last_ns - ?2, {others} FROM alert WHERE instr(id, '~') = 0",
                       (f'~{n}', n * 3601 * 10 ** 9))
            db.execute("INSERT INTO alert_fact SELECT alert || ?1, position, name, value FROM alert_fact WHERE instr(alert, '~') = 0", (f'~{n}',))
            db.execute("INSERT INTO link SELECT source || ?1, relation, target, by, at, why FROM link WHERE relation = 'part-of' AND instr(source, '~') = 0", (f'~{n}',))


def fill(program, folder, base, days, alerts):
    """The large dossier, made once and kept."""
    big, stamp = folder / 'big', folder / 'stamp'
    wanted = json.dumps([len(base), days, alerts])
    if stamp.exists() and stamp.read_text() == wanted:
        return big
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    import_pieces(program, big, alert_lines(min(alerts, ALERTS_READ)))
    for name in os.listdir(big / 'events'):
        (big / 'events' / name).unlink()
    import_pieces(program, big, (copy_of(base, n) for n in range(DAY_COPIES)))
    more_days(big / 'events', days)
    more_alerts(big / 'dossier.db', alerts)
    stamp.write_text(wanted)
    return big


def run(program, cache, generate, events, alerts):
    reader = compile_reader(cache, pathlib.Path(program).resolve().parents[2])
    base = base_lines(program, cache, generate)
    lines = base.count(b'\n')
    days = max(1, round(events / lines / DAY_COPIES))
    print(f'base: {lines:,} events of {len(base) / lines:.0f} bytes; {DAY_COPIES} times a day, {days} days', flush=True)
    folder = cache / 'dossier-large'
    big = fill(program, folder, base, days, alerts)
    kept = set(os.listdir(big / 'events'))
    size = sum((big / 'events' / name).stat().st_size for name in kept)
    done = sum(day['events'] for day in json.loads(subprocess.run([program, 'event', 'days', '--dossier', str(big), '--format', 'json'], check=True, capture_output=True).stdout)['days'])
    print(f'dossier: {done:,} events, {size / 1e6:.0f} MB on the disk ({size / max(1, done):.0f} bytes each)', flush=True)

    shutil.rmtree(cache / 'dossier-one', ignore_errors=True)
    (cache / 'dossier-one').mkdir()
    cost, answer = import_pieces(program, cache / 'dossier-one' / 'd', (copy_of(base, n) for n in range(8)), pinned=True)
    rate('into an empty dossier, all roles on one core', cost, answer['events_kept'])
    shutil.rmtree(cache / 'dossier-one')

    words = folder / 'words'
    questions(base, DAY_COPIES, words)
    _, times, unfinished = read_while(reader, big, words, lambda: subprocess.run(['sleep', '10'], check=True))
    print('\nnobody writes:')
    table(times, unfinished)
    (cost, answer), times, unfinished = read_while(
        reader, big, words, lambda: import_pieces(program, big, (copy_of(base, n) for n in range(DAY_COPIES, 3 * DAY_COPIES)), pinned=True))
    print()
    rate('more events, all roles on one core, while the reader asks', cost, answer['events_kept'])
    table(times, unfinished)
    for name in set(os.listdir(big / 'events')) - kept:
        (big / 'events' / name).unlink()
    return 0
