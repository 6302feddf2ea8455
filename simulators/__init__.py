"""Stand-ins for other people's systems, over real HTTP: WeChat's API, the fund's business system, an office.

They know nothing of the product. Tests use them, and `make run` starts them for the demo.
"""
