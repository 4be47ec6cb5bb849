"""What a run says while it trains: the kinds of events, their log, and the record of them."""
