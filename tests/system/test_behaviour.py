#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every behaviour capture of ours: the positive one raises its detector, the near miss raises nothing above minor.

    test_behaviour.py PROGRAM [FOLDER...]

Folders of tests/captures/behaviour have the name of a detector. A detector that does not exist yet is a failure.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

CAPTURES = pathlib.Path(__file__).resolve().parent.parent / 'captures' / 'behaviour'
MINOR = 1

# Who attacks, and whom, where the README says it; None: many or forged.
ENDS = {
    'scan-vertical': ('192.168.20.31', '192.168.20.10'),
    'scan-horizontal': ('192.168.20.31', None),
    'scan-stealth': ('192.168.20.31', '192.168.20.10'),
    'scan-udp': ('192.168.20.31', '192.168.20.10'),
    'scan-slow': ('192.168.20.31', '192.168.20.10'),
    'guess-ssh': ('192.168.20.31', '192.168.20.10'),
    'guess-ftp': ('192.168.20.31', None),
    'guess-http': ('192.168.20.31', None),
    'guess-rdp': ('192.168.20.31', '192.168.20.10'),
    'guess-smb': ('192.168.20.31', '192.168.20.11'),
    'guess-database': ('192.168.20.31', '192.168.20.12'),
    'flood-syn': (None, '192.168.20.10'),
    'flood-udp': ('203.0.113.99', '192.168.20.10'),
    'flood-icmp': ('203.0.113.99', '192.168.20.10'),
    'amplification': ('198.51.100.53', '192.168.20.10'),
    'slow-http': ('203.0.113.99', '192.168.20.10'),
    'lateral-movement': ('192.168.20.31', None),
}
# A near miss that shows another weakness than the one it must not raise: {folder: {detector: why}}.
EXPLAINED = {
    'guess-ftp': {'cleartext-credentials': 'honest FTP still sends readable passwords'},
    'guess-http': {'cleartext-credentials': 'honest basic authentication without TLS'},
    'slow-http': {},
}
# An attack that keeps its connections open is told while it does: at this packet of the capture at the latest.
TOLD_BEFORE = {'slow-http': 1200}
ALERTS_MAX = 6  # a continuing attack is one alert, not thousands


def alerts(program, capture, threads=1):
    with tempfile.NamedTemporaryFile(suffix='.json') as eve:
        done = subprocess.run([program, 'watch', '-r', str(capture), '--no-dossier', '--threads', str(threads), '--eve', eve.name],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        if done.returncode not in (0, 1, 2):
            raise SystemExit(f'Bail out! {capture}: exit {done.returncode}: {done.stdout.decode(errors="replace")}')
        with open(eve.name, encoding='utf-8') as lines:
            events = [json.loads(line) for line in lines]
    return [e for e in events if e['event_type'] == 'alert']


def detector_of(alert):
    return alert['beffroi']['detector']


def severity_of(alert):
    return alert['beffroi']['gravity']


def describe(found):
    counts = {}
    for a in found:
        counts[detector_of(a)] = counts.get(detector_of(a), 0) + 1
    return ', '.join(f'{name} x{n}' for name, n in sorted(counts.items())) or '-'


def judge_positive(name, found):
    own = [a for a in found if detector_of(a) == name]
    if not own:
        return 'not raised'
    if len(own) > ALERTS_MAX and name not in ('certificate-expired', 'certificate-self-signed', 'cleartext-credentials', 'odd-port'):
        return f'raised {len(own)} times'
    if own[0]['pcap_cnt'] > TOLD_BEFORE.get(name, own[0]['pcap_cnt']):
        return f'raised at packet {own[0]["pcap_cnt"]} only'
    source, target = ENDS.get(name, (None, None))
    if source is not None and all(a.get('src_ip') != source for a in own):
        return f'the attacker is {source}, not {own[0].get("src_ip")}'
    if target is not None and all(a.get('dest_ip') != target for a in own):
        return f'the target is {target}, not {own[0].get("dest_ip")}'
    return None


def judge_near_miss(name, found):
    if any(detector_of(a) == name for a in found):
        return 'raised all the same'
    wrong = sorted({detector_of(a) for a in found
                    if severity_of(a) > MINOR and detector_of(a) not in EXPLAINED.get(name, {})})
    return 'raises ' + ', '.join(wrong) if wrong else None


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = sys.argv[1]
    names = sys.argv[2:] or sorted(p.name for p in CAPTURES.iterdir() if p.is_dir())
    print(f'1..{len(names) * 2}')
    rows, number, failed = [], 0, 0
    for name in names:
        for kind, judge in (('positive', judge_positive), ('near-miss', judge_near_miss)):
            found = alerts(program, CAPTURES / name / f'{kind}.pcap.gz')
            complaint = judge(name, found)
            number += 1
            failed += complaint is not None
            print(f'{"not ok" if complaint else "ok"} {number} - {name}/{kind}' + (f': {complaint}' if complaint else ''), flush=True)
            rows.append((name, kind, describe(found), complaint or 'ok'))
    width = max(len(r[2]) for r in rows)
    for name, kind, what, result in rows:
        print(f'# {name:24} {kind:10} {what:{width}} {result}')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
