#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""usage: on_release.py TEST [ARGUMENT]...   Runs a test on the program as people get it: no sanitizer stands between it and the sandbox,
and the C library makes other system calls. `./run check` builds it and says where it is; without it the test is skipped."""
import os, subprocess, sys

beffroi = os.environ.get('BEFFROI_RELEASE', '')
if not os.path.exists(beffroi):
    print('1..0 # SKIP no release build: BEFFROI_RELEASE is not set')
    sys.exit(77)
sys.exit(subprocess.run([sys.executable, sys.argv[1], beffroi, *sys.argv[2:]]).returncode)
