"""What is kept comes back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.domain.recommendation import Competency, recommend
from bilet_diagnostics.domain.scoring import score_paper
from bilet_diagnostics.storage.instrument_files import load_library, packaged_folder
from bilet_diagnostics.storage.rows import (
    recommendations_from_json,
    recommendations_to_json,
    scores_from_json,
    scores_to_json,
)

LIBRARY: Library = load_library(packaged_folder())
PAPER = LIBRARY.paper_for(3, 9)


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=len(PAPER.items), max_size=len(PAPER.items)))
def test_scores_come_back_as_they_were(values: list[int | None]) -> None:
    allowed = [value if value in PAPER.allowed[place] else None for place, value in enumerate(values)]
    scores = score_paper(PAPER, allowed)
    assert scores_from_json(scores_to_json(scores)) == scores


def test_recommendations_come_back_as_they_were() -> None:
    offer = [
        Competency(competency=slug, title=slug, field=slug, riasec=code, grade_from=6, grade_to=11)
        for slug, code in (("a", "RIC"), ("b", "SAE"))
    ]
    made = recommend({"R": 0.9, "I": 0.4, "A": 0.1, "S": 0.3, "E": 0.2, "C": 0.5}, {}, offer, 9)
    assert len(made) == 2
    assert recommendations_from_json(recommendations_to_json(made)) == made
