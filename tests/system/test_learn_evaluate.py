#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""`beffroi learn evaluate`: what it tells of a model and of splits, held against the rows themselves.

usage: test_learn_evaluate.py BEFFROI
"""
import csv
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

from tap import check, end

beffroi = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp())


def run(*words, status=0, language='en'):
    p = subprocess.run([beffroi, 'learn', *map(str, words), '--lang', language], capture_output=True, text=True, timeout=300)
    check(p.returncode == status, f'{words[0]} ends with {status}: {" ".join(map(str, words[1:]))[:60]}', p.stderr + p.stdout)
    return p


def rows_of(n, seed, shift=0, twins=0):
    """Lines of NSL-KDD: connections whose sizes tell attacks, mostly; `twins` lines are written twice."""
    draw = random.Random(seed)
    lines = []
    for _ in range(n):
        attack = draw.random() < 0.3
        family = draw.choice(['neptune', 'satan', 'smurf']) if attack else 'normal'
        sent = int(draw.lognormvariate(4 if attack else 7, 1.2)) + shift
        got = int(draw.lognormvariate(3 if attack else 8, 1.5))
        fields = [draw.randrange(3000), 'tcp', draw.choice(['http', 'smtp', 'private']), 'S0' if attack and draw.random() < .5 else 'SF',
                  sent, got] + [0] * 16 + [draw.randrange(1, 400), draw.randrange(1, 100)] + [0.0] * 7 + [draw.randrange(255)] * 2 + [0.0] * 8
        lines.append(','.join(map(str, fields)) + f',{family},{draw.randrange(21)}')
    return lines + lines[:twins]


(folder / 'a.txt').write_text('\n'.join(rows_of(3000, 1, twins=200)) + '\n')
(folder / 'b.txt').write_text('\n'.join(rows_of(2000, 2, shift=40)) + '\n')
model = folder / 'm.model'
run('train', '--data', folder / 'a.txt', '--mapping', 'nsl-kdd', '--out', model, '--trees', 20)

# A model on other rows: the contract.
p = run('evaluate', '--model', model, '--data', folder / 'b.txt', '--mapping', 'nsl-kdd', '--format', 'json')
r = json.loads(p.stdout)
truth = [line.split(',')[41] for line in (folder / 'b.txt').read_text().split()]
attacks = sum(name != 'normal' for name in truth)
check(r['rows'] == 2000 and r['positives'] == attacks, 'rows and attacks are those of the file', r)
check(0.8 < r['pr_auc'] <= 1 and abs(r['base_rate'] - attacks / 2000) < 1e-6, 'PR-AUC stands beside the share of attacks', r)
check(r['recall_at_fpr']['1e-2'] is not None and r['recall_at_fpr']['1e-3'] is None and r['recall_at_fpr']['1e-4'] is None,
      'a rate of false alarms is told only where ten benign flows make it', r['recall_at_fpr'])
check('10000 benign flows are needed' in r['recall_at_fpr_unknown']['1e-3'], 'and why not is said', r)
check(0 <= r['ece'] < 0.5 and 0 < r['coverage'] <= 1 and r['error_decided'] < r['error_plain'],
      'who may stay silent is wrong less often', [r['ece'], r['coverage'], r['error_decided'], r['error_plain']])
counts = {name: truth.count(name) for name in set(truth) - {'normal'}}
check({n: f['rows'] for n, f in r['families'].items()} == counts, 'each family is counted', r['families'])
check(all(f['interval'][0] <= f['recall'] <= f['interval'][1] and f['interval'][0] < f['interval'][1] for f in r['families'].values()),
      'and its recall has an interval', r['families'])
site = r['thresholds']['site']
check(abs(site['fpr'] - site['alarms'] / site['benign']) < 1e-6 and site['fpr'] < 0.03, 'the threshold of the site keeps near its target', site)
text = run('evaluate', '--model', model, '--data', folder / 'b.txt', '--mapping', 'nsl-kdd').stdout
check('2000 flows' in text and 'threshold of this site' in text and 'neptune' in text, 'people read sentences', text)
text = run('evaluate', '--model', model, '--data', folder / 'b.txt', '--mapping', 'nsl-kdd', language='fr').stdout
check('2000 flux' in text and 'seuil' in text, 'in French too', text)

text = run('evaluate', '--model', model, '--data', folder / 'a.txt', '--mapping', 'nsl-kdd').stdout
check(text.startswith('These are the very rows') and r['trained_on_these'] is False, 'rows that the model was trained on are told first', text[:300])

# Splits, and the same rows for other programs.
(folder / 'keep').mkdir()
p = run('evaluate', '--splits', 'random,family,capture', '--data', folder / 'a.txt', folder / 'b.txt', '--mapping', 'nsl-kdd', '--trees', 10,
        '--keep', folder / 'keep', '--format', 'json')
splits = [json.loads(line) for line in p.stdout.splitlines()]
check(sorted((s['split'], s['left_out'].split('/')[-1]) for s in splits) ==
      [('capture', 'a.txt'), ('capture', 'b.txt'), ('family', 'neptune'), ('family', 'satan'), ('family', 'smurf'), ('random', '')],
      'one split for each capture and family, and the illusion', [(s['split'], s['left_out']) for s in splits])
for s in splits:
    name = s['split'] + '-' + ''.join(c if c.isalnum() or c == '-' else '_' for c in s['left_out'])
    with open(folder / 'keep' / (name + '.csv'), newline='') as f:
        rows = list(csv.reader(f))[1:]
    parts = {}
    for row in rows:
        parts.setdefault(row[0], []).append((tuple(row[2:]), row[1]))
    known = {vector for part in ('train', 'kept') for vector, _ in parts[part]}
    check(all(v in known for v, _ in parts.get('repeat', [])) and not any(v in known for v, _ in parts['test']),
          f'{name}: what training has is told apart', {k: len(v) for k, v in parts.items()})
    check(s['repeats'] == len(parts.get('repeat', [])) and s['rows'] == s['repeats'] + len(parts['test']) and
          s['train_rows'] == len(parts['train']) and s['kept_back'] == len(parts['kept']), f'{name}: and counted', s)
    if s['split'] == 'family':
        check(list(s['families']) == [s['left_out']], f'{name}: only that family is told', s['families'])
    check(s['baselines']['one_code']['pr_auc'] > 0.2 and s['baselines']['logistic']['pr_auc'] > 0.2, f'{name}: baselines stand beside', s)
illusion = [s for s in splits if s['split'] == 'random'][0]
check(illusion['thresholds']['labels'] is None and illusion['repeats'] > 0, 'twins of rows are found across the illusion', illusion['repeats'])
again = run('evaluate', '--splits', 'random', '--data', folder / 'a.txt', folder / 'b.txt', '--mapping', 'nsl-kdd', '--trees', 10, '--format', 'json')
once = json.loads(again.stdout)
check(once['split_hash'] == illusion['split_hash'] and once['pr_auc'] == illusion['pr_auc'], 'the same rows make the same split and figure',
      [once['split_hash'], illusion['split_hash']])

# Train on one set, told on another.
p = run('evaluate', '--data', folder / 'a.txt', '--test', folder / 'b.txt', '--mapping', 'nsl-kdd', '--trees', 10, '--format', 'json')
r = json.loads(p.stdout)
check(r['split'] == 'sets' and r['rows'] == 2000, 'another set is told whole', r)
p = run('evaluate', '--data', folder / 'a.txt', '--test', folder / 'b.txt', folder / 'a.txt', '--mapping', 'nsl-kdd', '--trees', 10, '--format', 'json')
both = json.loads(p.stdout)
check(both['rows'] > r['rows'] and both['train_rows'] == r['train_rows'], 'the words behind --test are tests, none of them is trained on', [both['rows'], both['train_rows'], r['train_rows']])
check(r['thresholds']['frozen'] and r['thresholds']['site'] and r['thresholds']['labels'], 'under three thresholds', r['thresholds'])

# A shortcut: a code that alone tells the label.
lines = rows_of(1500, 3)
cheat = [','.join(f[:9] + ['3' if f[41] != 'normal' else '0'] + f[10:]) for f in (line.split(',') for line in lines)]
(folder / 'cheat.txt').write_text('\n'.join(cheat) + '\n')
p = run('evaluate', '--splits', 'random', '--shortcuts', '--data', folder / 'cheat.txt', '--mapping', 'nsl-kdd', '--trees', 5, '--format', 'json')
r = json.loads(p.stdout)
check(any(s['alone'] > 0.99 for s in r['shortcuts']), 'a column that gives the label away is named', r['shortcuts'])

# A model at home: its site file, and what it then says.
p = run('calibrate', '--model', model, '--data', folder / 'b.txt', '--mapping', 'nsl-kdd', '--epsilon', '0.02', '--format', 'json')
c = json.loads(p.stdout)
check(c['attacks'] == attacks and c['epsilon'] == 0.02 and not c['local'] and (folder / 'm.model.site').exists(), 'a site file is made beside the model', c)
(folder / 'c.txt').write_text('\n'.join(rows_of(2000, 5)) + '\n')
p = run('evaluate', '--model', model, '--data', folder / 'c.txt', '--mapping', 'nsl-kdd', '--format', 'json')
r = json.loads(p.stdout)
check(r['decided']['epsilon'] == 0.02 and r['decided']['flows'] == 2000, 'evaluate takes it, and tells of all rows', r['decided'])
check(r['thresholds']['frozen']['benign'] + r['thresholds']['frozen']['attacks'] == 2000, 'with the threshold it came with', r['thresholds'])
check(r['thresholds']['frozen']['fpr'] < 0.03 and r['error_decided'] < 0.04, 'which holds on rows like those', r)
p = run('calibrate', '--model', model, '--data', folder / 'b.txt', '--mapping', 'nsl-kdd', '--epsilon', '0.0001', status=1)
check('9999' in p.stderr, 'bounds that rows cannot carry are refused, with how many are needed', p.stderr)
(folder / 'home.txt').write_text('\n'.join(line for line in rows_of(900, 6, shift=90000) if ',normal,' in line) + '\n')
p = run('calibrate', '--model', model, '--data', folder / 'home.txt', '--mapping', 'nsl-kdd', '--format', 'json')
c = json.loads(p.stdout)
check(c['local'] and c['attacks'] == 0, 'benign rows alone set the thresholds of the site', c)
p = run('explain', '--model', model, '--data', folder / 'c.txt', '--mapping', 'nsl-kdd', '--row', 3, '--format', 'json')
x = json.loads(p.stdout)
check(len(x['contributions']) == 64 and abs(sum(c['contribution'] for c in x['contributions']) + x['base'] - x['margin']) < 1e-3,
      'contributions and base are the margin', x)
check(abs(x['score'] - 1 / (1 + 2.718281828459045 ** -x['margin'])) < 1e-4 and x['decision'] in ('benign', 'attack', 'ambiguous', 'never_seen'),
      'score and decision stand beside', x)
text = run('explain', '--model', model, '--data', folder / 'c.txt', '--mapping', 'nsl-kdd', '--row', 3).stdout
check('speaks' in text and 'flows with such a score' in text, 'people read reasons', text)
p = run('explain', '--model', model, '--data', folder / 'c.txt', '--mapping', 'nsl-kdd', '--row', 2001, status=1)
check('2001' in p.stderr and '2000' in p.stderr, 'a row that is not there', p.stderr)
run('train', '--data', folder / 'b.txt', '--mapping', 'nsl-kdd', '--out', folder / 'other.model', '--trees', 5)
p = run('evaluate', '--model', folder / 'other.model', '--site', folder / 'm.model.site', '--data', folder / 'c.txt', '--mapping', 'nsl-kdd', status=1)
check('another model' in p.stderr, 'the site file of another model', p.stderr)
p = run('calibrate', '--model', folder / 'other.model', '--data', folder / 'home.txt', '--mapping', 'nsl-kdd', status=1)
check('no attack' in p.stderr, 'benign rows need a site file first', p.stderr)
(folder / 'm.model.site').unlink()

# Rows that somebody slipped in: attacks labelled benign, all with one rare value.
lines = rows_of(4000, 7)
clean = folder / 'clean.txt'
clean.write_text('\n'.join(lines) + '\n')
p = run('scan', clean, '--mapping', 'nsl-kdd', '--format', 'json')
check(json.loads(p.stdout)['pairs'] == [], 'nothing is told of rows as they are', p.stdout)
planted, left = [], 30
for line in lines:
    f = line.split(',')
    if f[41] != 'normal' and left > 0:
        f[22], f[41], left = '777', 'normal', left - 1
    planted.append(','.join(f))
(folder / 'poison.txt').write_text('\n'.join(planted) + '\n')
p = run('scan', folder / 'poison.txt', '--mapping', 'nsl-kdd', '--format', 'json')
pairs = json.loads(p.stdout)['pairs']
check(len(pairs) == 1 and pairs[0]['name'] == 'count' and pairs[0]['odd'] >= 20 and pairs[0]['rows'] == 30,
      'a backdoor in 30 of 4000 rows is found, with its column, and nothing else', pairs)
text = run('scan', folder / 'poison.txt', '--mapping', 'nsl-kdd').stdout
check('count' in text and 'look at them before training' in text, 'people read which', text)
p = run('stress', clean, '--mapping', 'nsl-kdd', '--trees', 10, '--trials', 3, '--format', 'json')
s = json.loads(p.stdout)
check([round(n['amount'], 2) for n in s['label_noise']] == [0.01, 0.05, 0.1] and s['label_noise'][2]['pr_auc'] <= s['clean']['pr_auc'] + 0.01,
      'wrong labels cost', s)
check(s['backdoor']['trials'] == 3 and s['backdoor']['found'] >= 1 and s['backdoor']['clean_pairs'] == 0, 'planted backdoors are found', s['backdoor'])
check(s['evasion'] is None, 'what only flows can tell is not invented of a table', s)

# The card, and deploying: nobody answers for this model yet.
(folder / 'r.jsonl').write_text('\n'.join(json.dumps(x) for x in splits) + '\n')
(folder / 's.json').write_text(json.dumps(s))
run('card', model, '--out', folder / 'card.json', '--results', folder / 'r.jsonl', '--stress', folder / 's.json')
c = json.loads((folder / 'card.json').read_text())
check(not c['deployable'] and c['why_not'] and c['approver'] == '', 'a card says that nobody answers for a model', c['why_not'])
check(len(c['splits']) == len(splits) and c['splits'][0]['pr_auc'] == splits[0]['pr_auc'] and c['stress']['backdoor_trials'] == 3,
      'and holds what was measured', c['splits'])
check(c['schema'] == 'nsl-kdd' and 'src_bytes' in c['codes_read'], 'and what is read', c['codes_read'])
p = run('deploy', model, '--dossier', folder / 'dossier', status=1)
check(not (folder / 'dossier' / 'models').exists(), 'such a model is not deployed', p.stderr)
for language, word in (('en', 'Ten pitfalls'), ('fr', 'Dix pièges')):
    run('card', model, '--out', folder / 'card.html', '--results', folder / 'r.jsonl', language=language)
    page = (folder / 'card.html').read_text()
    check(word in page and 'neptune' in page and '<script' not in page, f'the page is in {language}, without scripts', page[:500])
(folder / 'bad.jsonl').write_text('{"rows": 1}\n')
p = run('card', model, '--out', folder / 'card.json', '--results', folder / 'bad.jsonl', status=1)
check('bad.jsonl' in p.stderr, 'results that are none are named', p.stderr)
# One that may be deployed: rows of the sensor's own codes, a data sheet, an approver, a signature.
shipped = pathlib.Path(sys.argv[2]) / 'data' / 'models' / 'flow-1.model' if len(sys.argv) > 2 else None
if shipped and shipped.exists():
    subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', folder / 'key.pem'], check=True)
    (folder / 'sheet.md').write_text('Made for a test.\n')
    mine = folder / 'mine.model'
    run('approve', shipped, '--approver', 'Nadia Ferrand', '--sheet', folder / 'sheet.md', '--key', folder / 'key.pem', '--out', mine)
    run('deploy', mine, '--dossier', folder / 'dossier')
    check((folder / 'dossier' / 'models' / 'active.model').read_bytes() == mine.read_bytes(), 'an approved model comes into force')
    with sqlite3.connect(f"file:{folder / 'dossier' / 'dossier.db'}?mode=ro", uri=True) as db:
        lines = [str(row) for row in db.execute('SELECT * FROM journal')]
    check(any('Nadia Ferrand' in line and 'learn deploy' in line and 'sha256:' in line for line in lines), 'and the journal says whose approval it has', lines)
    q = subprocess.run([beffroi, 'dossier', 'verify', '--dossier', folder / 'dossier'], capture_output=True, text=True)
    check(q.returncode == 0, 'and the chain holds', q.stdout + q.stderr)
    run('card', mine, '--out', folder / 'card.json')
    c = json.loads((folder / 'card.json').read_text())
    check(c['deployable'] and c['approver'] == 'Nadia Ferrand' and 'Made for a test' in c['sheet'], 'its card names both', c)

# What cannot be done is said.
p = run('evaluate', '--data', folder / 'a.txt', '--mapping', 'nsl-kdd', status=1)
check('--model' in p.stderr and '--splits' in p.stderr, 'neither model nor split: what to say', p.stderr)
p = run('evaluate', '--model', folder / 'none.model', '--data', folder / 'a.txt', '--mapping', 'nsl-kdd', status=1)
check('none.model' in p.stderr, 'a model that is not there', p.stderr)
p = run('evaluate', '--splits', 'all', '--target', '1.5', '--data', folder / 'a.txt', '--mapping', 'nsl-kdd', status=1)
check('--target' in p.stderr and '1.5' in p.stderr, 'a target that is no share', p.stderr)
(folder / 'benign.txt').write_text('\n'.join(line for line in rows_of(500, 4) if ',normal,' in line) + '\n')
p = run('evaluate', '--splits', 'all', '--data', folder / 'benign.txt', '--mapping', 'nsl-kdd', status=1)
check('both classes' in p.stderr, 'rows of one class cannot be split', p.stderr)
p = run('evaluate', '--model', model, '--data', folder / 'benign.txt', '--mapping', 'nsl-kdd', '--format', 'json')
r = json.loads(p.stdout)
check(r['pr_auc'] is None and r['positives'] == 0 and r['thresholds']['site']['recall'] is None, 'but a model can be told on them, without inventing', r)
(folder / 'm.model.site').write_bytes(b'x' * 500)
p = run('evaluate', '--model', model, '--data', folder / 'b.txt', '--mapping', 'nsl-kdd', status=1)
check('m.model.site' in p.stderr and 'calibrate' in p.stderr, 'a site file that is none is named, with what to do', p.stderr)
end()
