#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""XGBoost (Debian's python3-xgboost) on the very rows of each split that `beffroi learn evaluate --keep FOLDER` wrote.

usage: parity.py FOLDER [RESULTS.jsonl]

RESULTS.jsonl is what the same command printed with --format json: then both stand beside each other. 100 trees, depth 6, eta 0.2,
as beffroi's own; PR-AUC on the rows whose vector training does not have, as there.
"""
import csv
import json
import pathlib
import sys
import time

import numpy
import xgboost
from sklearn.metrics import average_precision_score

folder = pathlib.Path(sys.argv[1])
ours = {}
for line in open(sys.argv[2]) if len(sys.argv) > 2 else []:
    r = json.loads(line)
    name = r['split'] + '-' + ''.join(c if c.isascii() and (c.isalnum() or c == '-') else '_' for c in r['left_out'])
    ours[name] = r
print(f'{"split":50} {"train":>8} {"test":>8} {"beffroi":>9} {"XGBoost":>9} {"difference":>10} {"CPU s":>7} {"CPU s":>7}')
for path in sorted(folder.glob('*.csv')):
    with open(path, newline='') as f:
        rows = csv.reader(f)
        head = next(rows)
        parts, labels, codes = [], [], []
        for row in rows:
            parts.append(row[0])
            labels.append(int(row[1]))
            codes.append([int(v) for v in row[2:]])
    parts, labels = numpy.array(parts), numpy.array(labels)
    codes = numpy.array(codes, dtype=numpy.float32)
    codes[codes == 255] = numpy.nan
    train, test = parts == 'train', parts == 'test'
    if len(set(labels[test])) < 2:
        continue
    start = time.process_time()
    model = xgboost.XGBClassifier(n_estimators=100, max_depth=6, learning_rate=0.2, tree_method='hist', n_jobs=1)
    model.fit(codes[train], labels[train])
    seconds = time.process_time() - start
    theirs = average_precision_score(labels[test], model.predict(codes[test], output_margin=True))
    r = ours.get(path.stem)
    mine = r['pr_auc'] if r else float('nan')
    mine = float('nan') if mine is None else mine
    print(f'{path.stem[:50]:50} {train.sum():8} {test.sum():8} {mine:9.4f} {theirs:9.4f} {mine - theirs:+10.4f} '
          f'{r["train_seconds"] if r else 0:7.2f} {seconds:7.2f}', flush=True)
