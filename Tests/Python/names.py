"""Names of users at random, always the same for the same seed."""

from __future__ import annotations

import os
import random
import string
from collections.abc import Iterator

SEED = int(os.environ.get("HUBFLEET_SEED", "1"))
ROUNDS = int(os.environ.get("HUBFLEET_ROUNDS", "1"))

HARD = [
    "o'neil@uni.ie",
    # An action of a template of Go, which Traefik runs over its file of routes.
    '{{env "path"}}',
    "{{{a",
    "a+b@uni.org",
    "a b",
    "a",
    "ab",
    "a+b",
    "a%20b",
    "a%2bb",
    "100%",
    "%",
    "x`) || path(`/",
    'x") || path("/',
    "a|b",
    "a\\b",
    "a;b=c",
    "a?b",
    "a#b",
    "a:b",
    "{a}",
    "${a}",
    "$1",
    "a.b",
    "a..b",
    "...a",
    "-a",
    "~a",
    "grün@uni.de",
    "日本語",
    "😀",
    "ß",
    "é",
    "é",
    "ﬁ",
    "user",
    "hub",
    "(a)",
    "[a]",
    "<b>",
    "a&b",
    "a,b",
    "a=b",
    "*",
    "^a$",
    "a!",
    '"a"',
]
ALPHABETS = [
    string.ascii_lowercase,
    string.digits + "abc",
    string.punctuation.replace("/", ""),
    string.ascii_lowercase + "@.+'-_",
    "äöüßéèñçøåæœ",
    "日本語中文한국어",
    "абвгд",
    "אבגד",
    "😀🎉🚀🏳",
    "%2fab5e0",
    " ab",
    "\u200b\u0301\u00a0ab\n\t",
]


def random_names(count: int, seed: int = SEED) -> Iterator[str]:
    """Hard names first, then mixtures of alphabets, 1 to 64 characters long, and beginnings of earlier ones."""
    chance = random.Random(seed)
    made = list(HARD)
    yield from made[:count]
    for _ in range(count - len(made)):
        alphabet = "".join(chance.sample(ALPHABETS, chance.choice([1, 1, 2, 3])))
        name = "".join(chance.choice(alphabet) for _ in range(chance.choice([1, 2, 3, 8, 20, 64])))
        if chance.random() < 0.2:
            other = chance.choice(made)
            name = chance.choice([other[: chance.randrange(1, 64)], (other + name)[:64]])
        made.append(name)
        yield name
