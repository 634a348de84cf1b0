# Programs of tests/pty.
