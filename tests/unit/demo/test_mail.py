"""The actors of the demo and of the flow tests have mailboxes, so that meetings are told by mail there."""

import pytest

from infra.cli.import_ import shipped
from infra.demo.mail import coordinator, with_mailboxes
from services.actors.domain.csv_file import decode, parse
from shared.contracts.codes import FunctionCode


@pytest.mark.parametrize("county", ["jamtland", "norrbotten", "vasterbotten", "vasternorrland"])
def test_each_coordinator_of_the_demo_has_a_mailbox(county: str) -> None:
    rows, faults = parse(decode(with_mailboxes(shipped(county).read_bytes(), county)))

    assert not faults
    found = [each for row in rows for each in row.command.contact_functions if each.mailbox is not None]
    assert [(each.function, each.mailbox) for each in found] == [(FunctionCode.COUNTY_COORDINATOR, coordinator(county))]
