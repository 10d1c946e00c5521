#!/usr/bin/env bash
# Fetch the state from its branch, or push it: state.sh pull|push. The checkout need not keep its credentials for it.
#
#   STATE_BRANCH, STATE_FILE   as in examples/state-branch
#   GITHUB_TOKEN               for git, which is given it in the environment: it is in no argument and no file
set -euo pipefail

server=${GITHUB_SERVER_URL:-https://github.com}
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="credential.$server.helper"
# shellcheck disable=SC2016  git's shell expands it
export GIT_CONFIG_VALUE_0='!f() { test "$1" = get && echo username=x-access-token && echo "password=$GITHUB_TOKEN"; }; f'
export GIT_TERMINAL_PROMPT=0
case $1 in
  pull | push) exec sh "$GITHUB_ACTION_PATH/examples/state-branch/$1-state.sh" ;;
  *) echo "usage: state.sh pull|push" >&2 && exit 64 ;;
esac
