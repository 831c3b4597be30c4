"""The conversation engine: pure, knows neither Telegram nor SQL nor the clock."""
