# shellcheck shell=bash
# What README and ./dev say that Triad takes, on a bare machine with two cores:
# tools/times.sh measures it. README is held to these by a test.

readonly up_minutes='4.5 to 10' test_minutes='15 to 25'
readonly up_gigabytes=2 up_memory_gigabytes=2
