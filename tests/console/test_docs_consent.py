import pytest

from console.docs_consent import CASES, PROTOCOLS, consent_page, read_cases
from filters.signals.signal import Protocol


@pytest.mark.parametrize("protocol", Protocol)
def test_each_protocol_is_told_with_the_very_text_of_its_cases(protocol: Protocol) -> None:
    assert protocol in PROTOCOLS
    section = consent_page().partition(f"\n## {protocol.value}\n")[2].partition("\n## ")[0]
    cases = read_cases(CASES.read_bytes())[protocol]
    assert cases
    for each in cases:
        assert f"**{each.says or 'nothing'}**: {each.case} (" in section
        assert "```text\n{}\n```\n".format("\n".join(each.text)) in section


def test_no_section_is_told_of_what_is_no_protocol() -> None:
    headings = [line[3:] for line in consent_page().splitlines() if line.startswith("## ")]
    assert headings == list(Protocol)
