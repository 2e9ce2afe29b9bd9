#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_demo.py BEFFROI SOURCE_FOLDER   The dossier that `./run demo` shows: made in both languages, it is whole and tells its
story. Prints TAP."""
import json, os, pathlib, subprocess, sys, tempfile
from place import Places
from tap import check, end

beffroi, source = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
quiet = subprocess.run([beffroi, 'watch', '-q', '-r', source / 'data/demo/week.pcap.zst', '--no-dossier', '--format', 'json'], capture_output=True, text=True)
check(quiet.returncode == 0 and json.loads(quiet.stdout)['incidents'] == [], 'the week before the attack is quiet', quiet)

for language, title in (('en', 'Intrusion from'), ('fr', 'Intrusion depuis')):
    places = Places(tempfile.mkdtemp(prefix='test-demo-'))
    folder = places.dossier('dossier')
    made = subprocess.run([source / 'tools/demo-dossier', beffroi, folder, '--lang', language], capture_output=True, text=True)
    check(made.returncode == 0, f'{language}: it is made', made.stdout[-500:] + made.stderr)

    def ask(*words):
        done = subprocess.run([beffroi, *words, '--dossier', folder, '--format', 'json'], capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else {'failed': done.stderr}

    incidents = ask('incident', 'list').get('incidents', [])
    states = sorted(incident.get('state') or 'new' for incident in incidents)
    check(states == ['closed', 'contained', 'new'], f'{language}: one incident is closed, one contained, one new', states)
    first = next((i for i in incidents if i.get('title', '').startswith(title)), {})
    clocks = {c['profile'] for c in ask('incident', 'clock', first.get('id', 'none')).get('clocks', [])}
    check({'gdpr', 'nis2', 'insurance'} <= clocks, f'{language}: its legal clocks are there', clocks)
    check('failed' not in ask('dossier', 'verify'), f'{language}: nothing in it was altered', ask('dossier', 'verify'))
    places.end()
end()
