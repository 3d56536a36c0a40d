"""What the lexicons were mended by stays mended: every language reads its own labelled messages."""

import pytest

from bench.policy.corpus import look
from bench.policy.evaluate import read_by_grammar, score
from evenhand.policy.speech.lexicon import LANGUAGES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_reads_its_labelled_messages(lang):
    made = score([one for one in look() if one.lang == lang], read_by_grammar)
    assert made.guilty > 0
    assert made.macro >= 0.9
    assert made.caught / made.guilty >= 0.95
    assert made.flagged == 0
