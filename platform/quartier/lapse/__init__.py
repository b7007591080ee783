"""What ends: how long it is graced and can be read, who is told in time, and taking everything along."""
