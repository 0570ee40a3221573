"""Notices: people are told by e-mail of what has happened in the county that knows their address.

writing    a notice is a row, in the transaction that causes it; nothing old is told
queue      the rows that wait: which mail goes next, and what became of it
policy     when a mail is tried again, and what an answer of a mail server means: decided without a network
composing  the mail itself (RFC 5322, RFC 2047, RFC 6047)
replies    a mail that somebody has sent back, read
transport  where mails go: a mail server, or files
mailer     the relay's leader sends what waits
"""

from shared.runtime.notices.writing import Recipient, forget, is_live, take_back, write

__all__ = ["Recipient", "forget", "is_live", "take_back", "write"]
