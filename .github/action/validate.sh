#!/usr/bin/env bash
# Check the files. Each finding becomes an annotation at its line; the exit code becomes an output too.
set -euo pipefail

code=0
hubevents-sync validate --format github || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
