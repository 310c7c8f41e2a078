"""What runs in the child process that reads a document: no setting, no name, no network."""
