"""docs/legal-gate.md: the gate as a page that a county lawyer can follow, made from the gate itself."""

from infra.legal_gate.page import render

__all__ = ["render"]
