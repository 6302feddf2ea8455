"""What WeChat pushes: opened, read, acted on once; media fetched."""
