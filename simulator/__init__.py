"""A Sage Intacct XML gateway that runs here: demo, tests, benches, training.

An independent reading of the public protocol; nothing is shared with the addon.
"""
