#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the codes of a data set's own columns lose beside its raw numbers: the same XGBoost on both, rows that repeat left out, 70 % drawn for training.

usage: learn_codings.py BEFFROI MAPPING TABLE [SEEDS]     unsw-nb15 with names of columns, or nsl-kdd; needs libxgboost.so.0
"""
import csv, ctypes, pathlib, random, subprocess, sys, tempfile

beffroi, mapping, table = sys.argv[1:4]
seeds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
xgboost = ctypes.CDLL('libxgboost.so.0')
xgboost.XGBGetLastError.restype = ctypes.c_char_p
ROW, HEAD, NAME, MISSING = 82, 96, 48, 255


def call(name, *arguments):
    if getattr(xgboost, name)(*arguments) != 0:
        raise RuntimeError(xgboost.XGBGetLastError())


def matrix(rows, labels):
    handle, count, width = ctypes.c_void_p(), len(rows), len(rows[0])
    numbers = (ctypes.c_float * (count * width))(*[value for row in rows for value in row])
    call('XGDMatrixCreateFromMat', numbers, ctypes.c_uint64(count), ctypes.c_uint64(width), ctypes.c_float(float('nan')), ctypes.byref(handle))
    call('XGDMatrixSetFloatInfo', handle, b'label', (ctypes.c_float * count)(*labels), ctypes.c_uint64(count))
    return handle


def scores(train, train_labels, test, test_labels):
    learn, ask, booster = matrix(train, train_labels), matrix(test, test_labels), ctypes.c_void_p()
    call('XGBoosterCreate', (ctypes.c_void_p * 1)(learn), ctypes.c_uint64(1), ctypes.byref(booster))
    for name, value in {'objective': 'binary:logistic', 'max_depth': 6, 'eta': 0.2, 'tree_method': 'hist', 'nthread': 1}.items():
        call('XGBoosterSetParam', booster, name.encode(), str(value).encode())
    for turn in range(100):
        call('XGBoosterUpdateOneIter', booster, turn, learn)
    count, out = ctypes.c_uint64(), ctypes.POINTER(ctypes.c_float)()
    call('XGBoosterPredict', booster, ask, 0, 0, 0, ctypes.byref(count), ctypes.byref(out))
    return [out[i] for i in range(count.value)]


def pr_auc(labels, margins):
    """Rows of the same score are one step."""
    order, found, wrong, area, recall, at = sorted(range(len(labels)), key=lambda i: -margins[i]), 0, 0, 0.0, 0.0, 0
    while at < len(order):
        end = at
        while end < len(order) and margins[order[end]] == margins[order[at]]:
            found, wrong, end = found + labels[order[end]], wrong + (not labels[order[end]]), end + 1
        area, recall, at = area + (found / sum(labels) - recall) * found / (found + wrong), found / sum(labels), end
    return area


def raw_numbers():
    rows = list(csv.reader(open(table)))
    if mapping == 'unsw-nb15':
        keep = [i for i, name in enumerate(rows[0]) if name not in ('id', 'attack_cat', 'label')]
        labels, rows = [int(row[-1]) for row in rows[1:]], [[row[i] for i in keep] for row in rows[1:]]
    else:
        labels, rows = [int(row[41] != 'normal') for row in rows], [row[:41] for row in rows]
    columns = []
    for column in zip(*rows):
        words = {}
        try:
            columns.append([float(value) for value in column])
        except ValueError:
            columns.append([float(words.setdefault(value, len(words))) for value in column])
    return list(zip(*columns)), labels


def codes():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'table.set'
        subprocess.run([beffroi, 'learn', 'dataset', table, '--mapping', mapping, '--out', path], stdout=subprocess.DEVNULL, check=True)
        file = path.read_bytes()
    names = sum(int.from_bytes(file[at : at + 2], 'little') for at in (10, 12, 14))
    return [tuple(float('nan') if c == MISSING else float(c) for c in file[at : at + 64]) for at in range(HEAD + NAME * names, len(file), ROW)]


raw, labels = raw_numbers()
coded = codes()
assert len(raw) == len(coded)
once = list({row: i for i, row in reversed(list(enumerate(raw)))}.values())
print(f'{mapping}: {len(raw)} rows, {len(once)} different ones')
for seed in range(seeds):
    drawn = sorted(once)
    random.Random(seed).shuffle(drawn)
    train, test = drawn[: len(drawn) * 7 // 10], drawn[len(drawn) * 7 // 10 :]
    asked = [labels[i] for i in test]
    results = [pr_auc(asked, scores([rows[i] for i in train], [labels[i] for i in train], [rows[i] for i in test], asked)) for rows in (raw, coded)]
    print(f'seed {seed}: PR-AUC {results[0]:.5f} of raw numbers, {results[1]:.5f} of codes, {results[1] - results[0]:+.5f}', flush=True)
