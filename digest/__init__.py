"""Follow AI tool launches, pair each with a verdict it is read against, mail the comparisons.

Read `model` for the words, then the rooms in the order of the way: `pairing`, `issues`, `readers`,
`delivery`; `jobs` and `desk` put them to work, and `wiring` chooses the parts.
"""

__version__ = "0.1.0"
