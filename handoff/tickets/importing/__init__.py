"""Tickets from a spreadsheet: its columns by the types' fields, checked row by row, filed all or nothing."""
