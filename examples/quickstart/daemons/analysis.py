"""What the worker finds out about a text."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Any

SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
COMMON_WORDS = 5  # how many are reported
SHORTEST_COMMON = 5  # letters; shorter words say little about a text


def words_of(text: str) -> list[str]:
    """A word is an unbroken run of letters; upper and lower case are the same."""
    return ["".join(run).casefold() for is_word, run in groupby(text, str.isalpha) if is_word]


def syllables_in(word: str) -> int:
    """An estimate for English: groups of vowels, without a silent e at the end."""
    groups = len(VOWELS.findall(word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def reading_ease(words: list[str], sentences: int) -> float:
    """Flesch's formula: about 100 is very easy, below 30 is for specialists."""
    syllables = sum(map(syllables_in, words))
    return round(206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words), 1)


def analyse(text: str) -> dict[str, Any]:
    words = words_of(text)
    sentences = max(1, len(SENTENCE_END.findall(text)))
    return {
        "characters": len(text),
        "letters": sum(map(len, words)),
        "words": len(words),
        "sentences": sentences,
        "reading_ease": reading_ease(words, sentences) if words else None,
        "common": Counter(word for word in words if len(word) >= SHORTEST_COMMON).most_common(COMMON_WORDS),
    }
