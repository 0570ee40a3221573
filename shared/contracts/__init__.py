"""The published language: what counties and partner agencies may rely on.

A contract is only ever added to: a new optional field, a new enum value, a new type. Anything else is a new
type with a higher version, published beside the old one.
"""
