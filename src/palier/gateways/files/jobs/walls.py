"""The walls of a child process: limits, no new rights, no network, and only the files that its own code is made of.

The limits are always there. The others depend on the kernel (user namespaces, Landlock): where it refuses, the child
goes on behind the walls that stand, since most installations have them and none should refuse every file.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS = 38
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
READ = 0b1101
"""Landlock's rights to execute, to read a file, to list a folder."""
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights over files each version of Landlock knows of; all are taken away."""
NET_SINCE, TCP = 4, 0b11
SCOPE_SINCE, SCOPE = 6, 0b11
LIBRARIES = ("/usr", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache", "/dev/urandom")


def stand(bounds: dict[str, int], home: str) -> None:
    """Put up every wall that can be. `home` is the folder of our own code."""
    for name, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, bounds["memory"]),
        (resource.RLIMIT_FSIZE, bounds["output"]),
        (resource.RLIMIT_NOFILE, bounds["open_files"]),
    ):
        resource.setrlimit(name, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["cpu"], bounds["cpu"] + 1))  # at the soft one it is told apart
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it: the answer would be cut in silence
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    _landlock(libc, (sys.prefix, sys.base_prefix, home, *LIBRARIES))


def _landlock(libc: ctypes.CDLL, readable: tuple[str, ...]) -> None:
    """Only these can be read, nothing written; no process of ours is looked into (its environment holds secrets)."""
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return
    known = max(count for since, count in FILE_RIGHTS.items() if since <= version)
    wanted = [(1 << known) - 1]
    if version >= NET_SINCE:
        wanted.append(TCP)
    if version >= SCOPE_SINCE:
        wanted.append(SCOPE)
    rules = struct.pack(f"={len(wanted)}Q", *wanted)
    ruleset = libc.syscall(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    for place in readable:
        if Path(place).exists():
            _allow(libc, ruleset, place)
    libc.syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, place: str) -> None:
    """Rights over what lies below a folder, or over one file, which cannot be listed."""
    rights = READ if Path(place).is_dir() else READ & ~0b1000
    beneath = os.open(place, os.O_PATH)
    libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, beneath), 0)
    os.close(beneath)
