"""What runs in the child process: no setting, no environment, no network, bytes in and bytes out."""
