#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_live.py PROGRAM   Watches a real interface: two hosts in network namespaces of this test alone, real HTTP
between them, then a connection attempt to each of 60 ports. Needs the right to make network namespaces."""
import http.server
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading

SKIP = 77
INSIDE = 'BEFFROI_TEST_LIVE'


def shell(*words):
    subprocess.run(words, check=True)


def main():
    program = os.path.abspath(sys.argv[1])
    if os.environ.get(INSIDE) != '1':
        outer = subprocess.run(['unshare', '-rn', 'true'], capture_output=True)
        if outer.returncode != 0:
            print('skipped: this machine does not let us make network namespaces:', outer.stderr.decode().strip())
            return SKIP
        return subprocess.run(['unshare', '-rn', sys.executable, __file__, program], env=os.environ | {INSIDE: '1'}).returncode
    shell('ip', 'link', 'set', 'lo', 'up')
    http.server.SimpleHTTPRequestHandler.log_message = lambda *words: None
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 8080), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    failures = 0
    for threads in ('1', '2'):
        with tempfile.TemporaryDirectory() as folder:
            events = os.path.join(folder, 'eve.json')
            watch = subprocess.Popen(
                [program, 'watch', '-i', 'lo', '--dossier', os.path.join(folder, 'dossier'), '--eve', events, '--threads', threads,
                 '--format', 'json'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            wait_until_read(watch, events)
            for port in range(2000, 2060):
                with socket.socket() as s:
                    s.connect_ex(('127.0.0.1', port))
            ask(b'/asked-by-the-test')
            wait_for(watch, events, 'asked-by-the-test')
            watch.send_signal(signal.SIGINT)
            out, err = watch.communicate(timeout=60)
            failures += judge(watch.returncode, out, err, events, threads)
            failures += judge_kept(program, os.path.join(folder, 'dossier'), events, threads)
    return 1 if failures else 0


def ask(path):
    with socket.create_connection(('127.0.0.1', 8080)) as s:
        s.sendall(b'GET ' + path + b' HTTP/1.0\r\nHost: here\r\n\r\n')
        while s.recv(65536):
            pass


def wait_for(watch, events, word):
    """Until an event has that word; the machine may be slow, so there is no clock: only an end."""
    while watch.poll() is None:
        if os.path.exists(events) and word in open(events, errors='replace').read():
            return
        subprocess.run(['sleep', '0.1'], check=True)


def wait_until_read(watch, events):
    """The watch has begun when it sees a request of ours."""
    for _ in range(600):
        if watch.poll() is not None:
            return
        ask(b'/is-anybody-there')
        if os.path.exists(events) and 'is-anybody-there' in open(events, errors='replace').read():
            return
        subprocess.run(['sleep', '0.1'], check=True)


def judge(status, out, err, events, threads):
    failures = 0

    def check(holds, sentence, fact=''):
        nonlocal failures
        failures += not holds
        print('ok' if holds else 'FAILED', '%s (%s workers)' % (sentence, threads), '' if holds else fact)

    check(status == 0, 'Ctrl-C ends a live watch well', 'status %s: %s' % (status, err))
    answer = json.loads(out) if out.strip() else {}
    detectors = [p['detector'] for i in answer.get('incidents', []) for p in i['parts']]
    check('scan-vertical' in detectors, 'the scan is an incident', out)
    lines = [json.loads(line) for line in open(events)]
    check(any(e['event_type'] == 'http' for e in lines), 'the request is an event')
    check(answer.get('not_seen', {}).get('packets_dropped') == 0, 'the drop counter is told', out[:500])
    return failures


def judge_kept(program, dossier, events, threads):
    """The dossier has what the file of events has, but what the sensor says of itself; and how the sensor fared."""
    listed = subprocess.run([program, 'event', 'list', '--limit', '0', '--dossier', dossier, '--format', 'json'], capture_output=True, text=True)
    kept = sorted(json.dumps(e, sort_keys=True) for e in json.loads(listed.stdout)['events'])
    wanted = sorted(json.dumps(e, sort_keys=True) for e in map(json.loads, open(events)) if e['event_type'] != 'stats')
    with sqlite3.connect('file:' + os.path.join(dossier, 'dossier.db') + '?mode=ro', uri=True) as db:
        rows = db.execute('SELECT name, state, packets > 0, events, events_lost FROM sensor').fetchall()
    good = [('the dossier keeps the events', kept == wanted, (len(kept), len(wanted))),
            ('and how the sensor fared', len(rows) == 1 and rows[0][:3] == ('lo', 1, 1) and rows[0][3] >= len(kept) and rows[0][4] == 0, rows)]
    for sentence, holds, fact in good:
        print('ok' if holds else 'FAILED', '%s (%s workers)' % (sentence, threads), '' if holds else fact)
    return sum(not holds for _, holds, _ in good)


if __name__ == '__main__':
    sys.exit(main())
