#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: test_learn_xgboost.py BEFFROI LEARN_SCORE   models to and from XGBoost, with Debian's python3-xgboost as the referee. Prints TAP."""
import json, os, random, struct, subprocess, sys, tempfile

sys.path.insert(0, '/usr/lib/python3/dist-packages')  # where Debian has it, whichever python3 runs this
try:
    import numpy as np
    import xgboost as xgb
except ImportError as why:
    print(f'1..0 # SKIP python3-xgboost is not here: {why}')
    sys.exit(77)
from tap import check, end

beffroi, learn_score = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
environment = {k: v for k, v in os.environ.items() if k in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')} | {'LANG': 'C', 'HOME': '/nowhere'}
place = tempfile.TemporaryDirectory()
os.chdir(place.name)


def run(*arguments):
    return subprocess.run([beffroi, 'learn', *arguments], capture_output=True, text=True, timeout=120, env=environment)


def score(model, rows):
    """Our margins, contributions and base, one row each."""
    np.ascontiguousarray(rows, dtype=np.float32).tofile('rows')
    r = subprocess.run([learn_score, model, 'rows', str(rows.shape[1])], capture_output=True, text=True, timeout=300, env=environment)
    if r.returncode != 0:
        return np.zeros((0, rows.shape[1] + 2))
    return np.array([[float(x) for x in line.split()] for line in r.stdout.splitlines()])


def made_up(seed, rows, features, codes):
    chance = np.random.default_rng(seed)
    x = chance.integers(0, 200, (rows, features)).astype(np.float32) if codes else chance.normal(0, 1000, (rows, features)).astype(np.float32)
    lines = (x[:, 0] > np.median(x[:, 0])) ^ (x[:, 1] * 2 > x[:, 2]) ^ (chance.random(rows) < 0.05)
    x[chance.random(x.shape) < 0.05] = np.nan
    return x, lines.astype(int)


def train(x, y, trees, **parameters):
    d = xgb.DMatrix(x, label=y, missing=np.nan)
    return xgb.train({'objective': 'binary:logistic', 'tree_method': 'hist', 'nthread': 1, 'eta': 0.2, **parameters}, d, trees)


def referee(booster, x, **what):
    return booster.predict(xgb.DMatrix(x, missing=np.nan), output_margin=not what, validate_features=False, **what)


for codes, depth, features, base in ((False, 6, 12, 0.5), (False, 8, 64, 0.2), (True, 3, 20, 0.5), (False, 1, 3, 0.7)):
    x, y = made_up(depth, 3000, features, codes)
    booster = train(x, y, 30, max_depth=depth, base_score=base, max_bin=64)
    name = f"{'codes' if codes else 'numbers'}, depth {depth}, {features} features"
    for form in ('json', 'ubj'):
        booster.save_model('theirs.' + form)
        r = run('import', 'theirs.' + form, '--out', f'ours.{form}.model', *(['--mapping', 'fv64'] if codes else []))
        check(r.returncode == 0, f'{name}: {form} is imported', r.stderr)
    same = [open(f'ours.{form}.model', 'rb').read() for form in ('json', 'ubj')]
    check(same[0] == same[1], f'{name}: JSON and UBJSON give the same bytes')
    theirs, ours = referee(booster, x), score('ours.json.model', x)
    check(len(ours) == len(x) and np.abs(ours[:, 0] - theirs).max() < 2e-5, f'{name}: same margins', np.abs(ours[:, 0] - theirs).max() if len(ours) else 'none')
    sure = np.abs(theirs) > 1e-5
    check(((ours[:, 0] > 0) == (theirs > 0))[sure].all(), f'{name}: same decisions')
    contributions = referee(booster, x[:200], pred_contribs=True)
    check(np.abs(ours[:200, 1:] - contributions).max() < 2e-3, f'{name}: same Shapley values', np.abs(ours[:200, 1:] - contributions).max())
    r = run('export', 'ours.json.model', '--format', 'json', '--out', 'back.json')
    check(r.returncode == 0, f'{name}: is exported', r.stderr)
    back = xgb.Booster(model_file='back.json')
    wide = np.full((len(x), back.num_features()), np.nan, dtype=np.float32)
    wide[:, :features] = x
    again = referee(back, wide)
    check(np.abs(again - theirs).max() < 2e-5, f'{name}: what XGBoost loads of ours has the same margins', np.abs(again - theirs).max())

# Our own trees, both kinds, for XGBoost; and that XGBoost finds the same first tree in the same rows.
x, y = made_up(5, 4000, 42, True)
x[np.isnan(x)] = 0
columns = 'dur,proto,service,state,spkts,dpkts,sbytes,dbytes,rate,sttl,dttl,sload,dload,sloss,dloss,sinpkt,dinpkt,sjit,djit,swin,stcpb,dtcpb,dwin,tcprtt,synack,ackdat,smean,dmean,trans_depth,response_body_len,ct_srv_src,ct_state_ttl,ct_dst_ltm,ct_src_dport_ltm,ct_dst_sport_ltm,ct_dst_src_ltm,is_ftp_login,ct_ftp_cmd,ct_flw_http_mthd,ct_src_ltm,ct_srv_dst,is_sm_ips_ports'.split(',')
with open('rows.csv', 'w') as f:
    f.write(','.join(columns) + ',attack_cat,label\n')
    for row, label in zip(x.astype(int), y):
        cells = [str(v) for v in row]
        cells[1:4] = ['tcp', 'http', 'FIN']
        f.write(','.join(cells) + (',DoS,1\n' if label else ',Normal,0\n'))
for mode in ('symmetric', 'levels'):
    r = run('train', 'rows.csv', '--mapping', 'unsw-nb15', '--out', mode + '.model', '--mode', mode, '--trees', '20', '--format', 'json')
    check(r.returncode == 0, f'{mode}: trained', r.stderr)
    r = run('export', mode + '.model', '--format', 'json', '--out', mode + '.json')
    loaded = xgb.Booster(model_file=mode + '.json')
    rows = np.random.default_rng(9).integers(0, 255, (1000, 64)).astype(np.float32)
    rows[np.random.default_rng(10).random(rows.shape) < 0.1] = np.nan
    theirs, ours = referee(loaded, rows), score(mode + '.model', rows)
    check(len(ours) == 1000 and np.abs(ours[:, 0] - theirs).max() < 2e-5, f'{mode}: XGBoost scores what we exported as we do', np.abs(ours[:, 0] - theirs).max() if len(ours) else '')
    contributions = referee(loaded, rows[:200], pred_contribs=True)
    check(np.abs(ours[:200, 1:] - contributions).max() < 2e-3, f'{mode}: and explains it as we do', np.abs(ours[:200, 1:] - contributions).max())
    r = run('export', mode + '.model')
    check(r.returncode == 0 and r.stdout.startswith('base ') and 'tree 19' in r.stdout, f'{mode}: and people can read it', r.stdout[:300])

# What cannot be imported is refused with its reason, not guessed.
x, y = made_up(3, 500, 4, False)
for what, reason, booster in (
        ('ten deep', '8 tests deep', train(*made_up(4, 5000, 5, False), 3, max_depth=12, min_child_weight=0)),
        ('70 features', '64 are the most', train(*made_up(3, 500, 70, False), 2)),
        ('not yes or no', 'binary:logistic', xgb.train({'objective': 'reg:squarederror', 'nthread': 1}, xgb.DMatrix(x, label=y), 2)),
        ('three classes', 'binary:logistic', xgb.train({'objective': 'multi:softprob', 'num_class': 3, 'nthread': 1}, xgb.DMatrix(x, label=y), 2)),
        ('no trees', 'not made of trees alone', xgb.train({'objective': 'binary:logistic', 'booster': 'gblinear', 'nthread': 1}, xgb.DMatrix(x, label=y), 2))):
    booster.save_model('no.json')
    r = run('import', 'no.json', '--out', 'no.model')
    check(r.returncode == 1 and reason in r.stderr and not os.path.exists('no.model'), f'{what}: refused', r.stderr)
whole = open('theirs.ubj', 'rb').read()
open('cut.ubj', 'wb').write(whole[:len(whole) // 2])
r = run('import', 'cut.ubj', '--out', 'no.model')
check(r.returncode == 1 and 'cut off' in r.stderr, 'half a file: refused', r.stderr)
end()
