"""Each rule of the delivery protocol, taken away once: the test that it names must fail then."""
