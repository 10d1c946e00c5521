#!/bin/sh
# Fetch the state from its branch, for a runner that forgets. Run it before `hubevents-sync plan` or `apply`.
#
#   pull-state.sh            fetches the branch hubevents-state of the remote origin into state/hubevents.db
#
# Settings, as environment variables:
#   STATE_BRANCH   the branch that holds the state and nothing else       hubevents-state
#   STATE_FILE     the state's path in the project                        state/hubevents.db
#   STATE_REMOTE   the remote that the branch is on                       origin
#
# Which commit was fetched is noted in .git: push-state.sh replaces that one and no other. Ends with 0 where there is
# no such branch yet (the first apply makes the state), and with 1 where it can't be told whether there is one.
set -eu

branch=${STATE_BRANCH:-hubevents-state}
file=${STATE_FILE:-state/hubevents.db}
remote=${STATE_REMOTE:-origin}

fail() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  exit 1
}

note=$(git rev-parse --git-path "hubevents-state/$branch")
mkdir -p "$(dirname "$note")" "$(dirname "$file")"

# Asked by its full name, so that a network that is down is not taken for a branch that is not there.
found=$(git ls-remote "$remote" "refs/heads/$branch") \
  || fail "the remote $remote can't be reached" "look at the network and at the token; without the state nothing may be applied"

if [ -z "$found" ]; then
  if [ -e "$file" ]; then
    fail "there is no branch $branch, and yet a state at $file" "move it away, or run push-state.sh to begin the branch with it"
  fi
  : >"$note"
  echo "there is no branch $branch yet: the first apply makes the state"
  exit 0
fi

git fetch --quiet --no-tags --depth=1 "$remote" "refs/heads/$branch" \
  || fail "the branch $branch can't be fetched" "look at the network and at the token; without the state nothing may be applied"
commit=$(git rev-parse --verify --quiet FETCH_HEAD)
name=$(basename "$file")
git cat-file -e "$commit:$name" 2>/dev/null \
  || fail "the branch $branch has no file $name" "look at it: git show $commit; a branch for something else can't hold the state"

# A state that was applied to and never pushed is worth more than the branch's.
if [ -e "$file" ]; then
  here=$(git hash-object -- "$file")
  known=$(git rev-parse --verify --quiet "$(cat "$note" 2>/dev/null || true):$name" || true)
  if [ -s "$file-wal" ] || [ -s "$file-journal" ] || { [ "$here" != "$known" ] && [ "$here" != "$(git rev-parse "$commit:$name")" ]; }; then
    fail "the state at $file was never pushed" "run push-state.sh; if that is refused too, move the file away and pull again"
  fi
fi

# Under another name first: a stop in between leaves what was there, or all of it. What belongs to a state that is
# replaced (a log of a run that was killed) must not be taken for the new one's.
draft="$file.pulled"
(umask 077 && git cat-file blob "$commit:$name" >"$draft")
rm -f "$file-wal" "$file-shm" "$file-journal"
mv "$draft" "$file"
printf '%s\n' "$commit" >"$note"
echo "the state is that of $(git log -1 --format='%h, %cI: %s' "$commit")"
