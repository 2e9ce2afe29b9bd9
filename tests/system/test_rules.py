#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_rules.py BEFFROI SOURCE_FOLDER   `beffroi rules check` from outside; where the third-party rules are, all of them. Prints TAP."""
import json, os, pathlib, subprocess, sys, tempfile
from tap import check, end, skip

beffroi = os.path.abspath(sys.argv[1])
room = tempfile.TemporaryDirectory()
folder = pathlib.Path(room.name)


def rules(*words):
    return subprocess.run([beffroi, 'rules', *map(str, words)], capture_output=True, text=True, env=os.environ | {'LANG': 'C'})


good, bad = folder / 'good.rules', folder / 'bad.rules'
good.write_text('alert http any any -> any any (msg:"x"; http.uri; content:"/x"; sid:1;)\n')
bad.write_text('alert tcp any any -> any any (msg:"y"; \\\n  contents:"a"; sid:2;)\nalert smb any any -> any any (msg:"z"; sid:3;)\n')
r = rules('check', good)
check(r.returncode == 0 and 'loaded: 1' in r.stdout, 'good rules: status 0', r)
r = rules('check', bad)
check(r.returncode == 1 and f'{bad}:2:3: sid' not in r.stdout and f'{bad}:2:3:' in r.stdout and 'did you mean content' in r.stdout, 'the place and a suggestion', r)
lines = r.stdout.splitlines()
caret = next((i for i, line in enumerate(lines) if line.strip() == '^'), 0)
check(caret > 0 and lines[caret - 1][lines[caret].index('^') :].startswith('contents'), 'the caret stands below the word', r.stdout)
r = rules('check', folder, '--format', 'json')
answer = json.loads(r.stdout)
check((answer['loaded'], answer['partly'], answer['failed']) == (1, 0, 2) and r.returncode == 1, 'a folder, in JSON', answer)
check(
    [(p['line'], p['column'], p['sid']) for p in answer['problems']] == [(2, 3, None), (3, 7, 3)] and all(p['file'] and p['reason'] for p in answer['problems']),
    'each problem has file, line, column, sid and reason',
    answer['problems'],
)
r = rules('check', folder / 'none.rules')
check(r.returncode == 1 and r.stdout == '' and 'none.rules' in r.stderr, 'a file that is not there', r)
(folder / 'empty.rules').write_text('# nothing\n')
r = rules('check', folder / 'empty.rules')
check(r.returncode == 1 and 'no rule' in r.stderr, 'a file without a rule', r)
check(rules('check').returncode == 2 and rules('shake').returncode == 2, 'wrong usage: status 2')
check('règle' in rules('check', bad, '--lang', 'fr').stdout, 'in French')

corpus = os.environ.get('BEFFROI_CORPUS', '')
sets = [pathlib.Path(corpus) / 'rules' / name for name in ('et-open-2025-08', 'abuse.ch')]
if corpus and all(s.is_dir() for s in sets):
    answer = json.loads(rules('check', *sets, '--format', 'json').stdout)
    share = (answer['loaded'] + answer['partly']) / (answer['loaded'] + answer['partly'] + answer['failed'])
    check(share >= 0.99 and answer['wrong'] == 0, f'public rules: {share:.2%} of the enabled ones can be used, none is taken for wrong', answer['problems'][:5])
else:
    skip('public rules', 'they are not here: set BEFFROI_CORPUS')
end()
