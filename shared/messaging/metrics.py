"""The counters of relay and inbox. `shared/transport` counts failures to send.

Of a labelled stream nothing says how many events were sent or applied, for whoever reads it may not see all of them.
"""

from prometheus_client import Counter, Gauge

SENT = Counter("norrsam_relay_sent_total", "Events that Kafka has confirmed", ["county", "stream"])
REPUBLISHED = Counter("norrsam_relay_republished_total", "Events sent again to fill gaps", ["county", "stream"])
RECEIVED = Counter("norrsam_inbox_events_total", "Records by what became of them", ["service", "topic", "outcome"])
PARTNER_RECORDS_REFUSED = Counter(
    "norrsam_partner_records_refused_total", "Records of a partner that could not be applied", ["county", "partner"]
)
CHORE_FAILURES = Counter(
    "norrsam_relay_chore_failures_total", "Chores of the leader that failed", ["county", "service"]
)
CERTIFICATE_END = Gauge(
    "norrsam_certificate_end_seconds", "When a certificate ends, since 1970", ["county", "service", "certificate"]
)
