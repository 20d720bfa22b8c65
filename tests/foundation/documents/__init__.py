"""What each kind of document is looked over for."""

import pytest

from erhvervspanel.foundation.documents import DocumentProblem, looked_over
from tests.documents import file


def refusal(name: str, content: bytes) -> str:
    """The sentence with which a file is refused. Fails where it is taken."""
    with pytest.raises(DocumentProblem) as problem:
        looked_over(file(name, content))
    return problem.value.message
