"""What every part of the product stands on: conversations, accounts, storage, errors. Imports no sibling package."""
