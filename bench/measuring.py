# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs a program with all that it starts, and says what it cost.

CPU is what wait4() returns for the program and every descendant: this process makes itself the
reaper of orphans, so that a role that outlives its parent is counted too. Memory is the peak of
the sum of Pss (the shared pages divided by who shares them) over all of them, read every 20 ms;
where that is not readable, and for single processes, the kernel's own peak (ru_maxrss).
"""
import ctypes
import os
import signal
import subprocess
import tempfile
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_S = 0.02


class Cost:
    """user, system, wall in seconds; rss, pss, pss_file, hwm in bytes; status as the shell shows it."""

    def __init__(self):
        self.user = self.system = self.wall = 0.0
        self.rss = self.pss = self.pss_file = self.hwm = 0
        self.processes = 0
        self.status = 0
        self.errors = ''
        self.late = False

    @property
    def cpu(self):
        return self.user + self.system

    @property
    def memory(self):
        return self.pss or self.rss


def adopt_orphans():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def family(pid):
    """The process and its descendants that still run."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        try:
            for task in os.listdir(f'/proc/{one}/task'):
                with open(f'/proc/{one}/task/{task}/children', encoding='ascii') as f:
                    todo += [int(word) for word in f.read().split()]
        except OSError:
            pass
    return found


def fields(path, names):
    """The numbers (kB, returned as bytes) of lines such as 'Pss:  12 kB'."""
    values = {}
    with open(path, encoding='ascii', errors='replace') as f:
        for line in f:
            name, _, rest = line.partition(':')
            if name in names:
                values[name] = int(rest.split()[0]) * 1024
    return values


class Sampler(threading.Thread):
    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.done = pid, threading.Event()
        self.pss = self.pss_file = 0
        self.hwm = {}

    def sample(self):
        total = of_files = 0
        for pid in family(self.pid):
            try:
                values = fields(f'/proc/{pid}/smaps_rollup', ('Pss', 'Pss_File'))
                total += values.get('Pss', 0)
                of_files += values.get('Pss_File', 0)
                self.hwm[pid] = fields(f'/proc/{pid}/status', ('VmHWM',)).get('VmHWM', 0)
            except (OSError, ValueError, IndexError):
                continue  # gone meanwhile, or not ours to read
        if total > self.pss:
            self.pss, self.pss_file = total, of_files

    def run(self):
        while not self.done.is_set():
            self.sample()
            self.done.wait(SAMPLE_S)


def reap(first, cost, deadline):
    """Collects the program and whatever it left behind."""
    left = None
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            now = time.monotonic()
            if now > deadline or (left is not None and now > left + 5):
                cost.late = cost.late or now > deadline
                for one in family(os.getpid())[1:]:
                    try:
                        os.kill(one, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
            time.sleep(0.002)
            continue
        cost.processes += 1
        cost.user += usage.ru_utime
        cost.system += usage.ru_stime
        cost.rss = max(cost.rss, usage.ru_maxrss * 1024)
        if pid == first:
            left = time.monotonic()
            cost.wall = left
            cost.status = os.waitstatus_to_exitcode(status)


def run(argv, sample=False, env=None, limit_s=900):
    cost = Cost()
    with tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                                 env={**os.environ, **(env or {})})
        sampler = Sampler(child.pid) if sample else None
        if sampler:
            sampler.start()
        reap(child.pid, cost, start + limit_s)
        child.returncode = cost.status  # already waited for
        cost.wall -= start
        if sampler:
            sampler.done.set()
            sampler.join()
            cost.pss, cost.pss_file, cost.hwm = sampler.pss, sampler.pss_file, sum(sampler.hwm.values())
        errors.seek(0)
        cost.errors = errors.read()[-4000:].decode('utf-8', 'replace').strip()
    return cost
