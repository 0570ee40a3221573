"""docs/legal-gate.md and its annex: the gate as pages that a county lawyer can follow, made from the gate itself."""

from infra.legal_gate.page import render, render_annex

__all__ = ["render", "render_annex"]
