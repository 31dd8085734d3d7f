"""The clusters of the queue: started, listened to by heartbeat files, ended when deaf."""
