"""Letters to functions about action items."""

from services.meetings.domain.follow_up_letters import digest


def test_a_digest_is_short_however_much_is_to_be_done() -> None:
    letter = digest([("måndag", "ord " * 200)] * 30, late=0)

    assert letter.subject == "30 åtgärder att göra"
    lines = [line for line in letter.text.splitlines() if line.startswith("- ")]
    assert len(lines) == 21
    assert lines[-1] == "- Och 10 till."
    assert all(len(line) < 150 for line in lines)
    assert lines[0].endswith(" …")


def test_one_item_is_one_item() -> None:
    assert digest([("måndag", "Gör")], late=1).subject == "1 åtgärd att göra, 1 försenad"
    assert digest([("måndag", "Gör")] * 2, late=2).subject == "2 åtgärder att göra, 2 försenade"
