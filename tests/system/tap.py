# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the system tests share: numbered TAP lines, and an exit status that tells whether all were "ok"."""
import sys

number = failures = 0


def check(ok, what, detail=''):
    """One test: what should be so, and what was there instead."""
    global number, failures
    number += 1
    failures += not ok
    print(f"{'ok' if ok else 'not ok'} {number} - {what}", flush=True)
    if not ok:
        print('# ' + str(detail)[:1500].replace('\n', '\n# '))
    return bool(ok)


def skip(what, why):
    """One test that cannot be run here, and says so."""
    global number
    number += 1
    print(f'ok {number} - {what} # SKIP {why}', flush=True)


def end():
    print(f'1..{number}')
    sys.exit(failures != 0)
