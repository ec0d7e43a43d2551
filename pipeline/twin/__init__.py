"""The synthetic twin: an invented town's messy extracts and the truth behind them."""
