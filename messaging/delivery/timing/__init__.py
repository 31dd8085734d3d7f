"""When a message may leave: hours, the daily limit, the sender's slots, a stream's own pace."""
