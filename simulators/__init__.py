"""Stand-ins for other people's systems, over real HTTP: WeChat's API and the fund's business system.

They know nothing of the product. Tests use them, and `make run` starts them for the demo.
"""
