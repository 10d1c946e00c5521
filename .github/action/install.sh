#!/usr/bin/env bash
# Install hubevents-sync into an environment of its own, and put it on the PATH of the job.
#
#   EXTRAS    postgres, or nothing
#   VERSION   a version or requirement of the package index
#   SOURCE    without VERSION: the folder to install from; the action's own where it is empty
set -euo pipefail

source=${SOURCE:-$GITHUB_ACTION_PATH}
extras=${EXTRAS:+[$EXTRAS]}
venv=$RUNNER_TEMP/hubevents-sync
python=$(command -v python || command -v python3)

"$python" -m venv "$venv"
pip=("$venv/bin/python" -m pip --disable-pip-version-check --quiet install)
case ${VERSION:-} in
  '')
    # The packages that the lock file pins, each checked against its hash.
    if [ -f "$source/requirements/runtime.txt" ]; then
      "${pip[@]}" --require-hashes -r "$source/requirements/runtime.txt"
    fi
    "${pip[@]}" -- "$source$extras"
    ;;
  [0-9]*) "${pip[@]}" -- "hubevents-sync$extras==$VERSION" ;;
  hubevents-sync*) "${pip[@]}" -- "$VERSION" ;;
  *)
    echo "error: version is '$VERSION'; it takes a version (0.1.0) or a requirement (hubevents-sync>=0.1,<0.2)" >&2
    exit 64
    ;;
esac
echo "$venv/bin" >>"$GITHUB_PATH"
"$venv/bin/hubevents-sync" --version
