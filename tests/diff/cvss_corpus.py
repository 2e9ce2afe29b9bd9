#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: cvss_corpus.py BEFFROI   every CVSS vector of the vulnerability records under BEFFROI_CORPUS against the score that they give.

Skipped (77) without them. Five records give a score that their own vector does not have; they are named here, with the score that
another program (ae-cvss-calculator 1.0.13) confirms.
"""
import io, json, lzma, os, shutil, subprocess, sys, tarfile

beffroi, corpus = sys.argv[1], os.environ.get('BEFFROI_CORPUS', '')
packed, unpacked = os.path.join(corpus, 'vuln.tar.zst'), os.path.join(corpus, 'vuln')
WRONG_THERE = {
    'CVSS:3.0/AV:N/AC:L/PR:L/UI:R/S:U/C:L/I:N/A:N': 3.5,
    'CVSS:3.1/AV:L/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:N': 7.9,
    'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N/E:U/RL:O/RC:R': 4.0,
    'CVSS:4.0/AV:N/AC:H/AT:P/PR:H/UI:A/VC:L/VI:H/VA:N/SC:N/SI:N/SA:N': 5.7,
    'CVSS:4.0/AV:N/AC:L/AT:P/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:H/SA:N/RE:L/U:Green': 5.1,
}
given = {}


def walk(value):
    if isinstance(value, dict):
        vector, score = value.get('vectorString') or value.get('vector'), value.get('baseScore') or value.get('score')
        if isinstance(vector, str) and vector.startswith('CVSS:') and score is not None:
            given.setdefault(vector, set()).add(float(score))
        for v in value.values():
            walk(v)
    elif isinstance(value, list):
        for v in value:
            walk(v)


def take(name, content):
    if name.endswith('.xz'):
        content, name = lzma.decompress(content), name[:-3]
    if name.endswith('.jsonl'):
        for line in content.splitlines():
            walk(json.loads(line))
    elif name.endswith('.json') and b'"CVSS:' in content:
        walk(json.loads(content))


if os.path.isdir(unpacked):
    for folder, _, names in os.walk(unpacked):
        for name in names:
            take(name, open(os.path.join(folder, name), 'rb').read())
elif os.path.exists(packed) and shutil.which('zstd'):
    unzipped = subprocess.run(['zstd', '-dcq', packed], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(unzipped)) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(('.json', '.jsonl.xz')):
                take(member.name, archive.extractfile(member).read())
else:
    print('skipped: no vulnerability records (BEFFROI_CORPUS), or no zstd to unpack them')
    sys.exit(77)

answer = subprocess.run([beffroi, 'intel', 'cvss', '-', '--format', 'json'], input='\n'.join(sorted(given)), capture_output=True, text=True)
ours = {a['vector']: a for a in json.loads(answer.stdout)}
wrong = [(v, s, ours.get(v)) for v, s in given.items()
         if v not in ours or not ({ours[v]['score'], ours[v]['base']} & (s | {WRONG_THERE.get(v)}))]
for w in wrong:
    print('different:', *w)
seen = {a['macrovector'] for a in ours.values() if a['macrovector']}
print(f'{len(ours)} vectors, {len(wrong)} different, {len(seen)} of 270 macrovectors of v4.0 among them')
sys.exit(bool(wrong) or len(ours) < 1000)
