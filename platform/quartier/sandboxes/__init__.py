"""Sandboxes: companies made in a minute for somebody who is not a customer yet, with the data of a segment.

A sandbox is a company like any other, so nothing of the product is pretended. What differs: it has an end, no mail
leaves it, and two of its made-up people can be entered by a secret link. At its end it goes with everything that it
has, or it becomes the real company and only its sample data goes.
"""
