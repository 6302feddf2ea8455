"""Pictures the bot draws: charts, and the signed addresses they are fetched from."""
