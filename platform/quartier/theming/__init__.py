"""A company's look: from one colour, a logo and a theme to one stylesheet and a set of icons.

Knows no database and no request.
"""
