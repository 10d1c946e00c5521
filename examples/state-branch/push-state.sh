#!/bin/sh
# Push the state to its branch. Run it after every `hubevents-sync apply`, whatever that ended with: the state says what
# was sent, after a failure more than ever.
#
#   push-state.sh [MESSAGE]  pushes state/hubevents.db to the branch hubevents-state of the remote origin
#
# Settings: those of pull-state.sh, and
#   STATE_KEEP     where the file is put if the push is refused           STATE_FILE with .refused behind it
#
# The push takes the place of the commit that pull-state.sh fetched, or of no branch where there was none. If somebody
# else pushed in between it is refused, nothing is overwritten, and the script ends with 4. Your working tree, index and
# branches are left alone.
set -eu

branch=${STATE_BRANCH:-hubevents-state}
file=${STATE_FILE:-state/hubevents.db}
remote=${STATE_REMOTE:-origin}
keep=${STATE_KEEP:-$file.refused}
message=${1:-"state after ${CI_JOB_URL:-${GITHUB_RUN_ID:+run $GITHUB_RUN_ID of $GITHUB_REPOSITORY}}"}
[ "$message" = "state after " ] && message="state after a run on $(uname -n)"

fail() {
  code=$1
  printf 'error: %s\nhint: %s\n' "$2" "$3" >&2
  exit "$code"
}

note=$(git rev-parse --git-path "hubevents-state/$branch")
[ -e "$note" ] || fail 1 "pull-state.sh did not run in this checkout" "run it before the apply: what it fetched is what may be replaced"
base=$(cat "$note")

if [ ! -e "$file" ]; then
  echo "there is no state at $file: nothing was applied, nothing to push"
  exit 0
fi

# A run that was killed leaves the last of what it wrote in a log beside the file. Reading the state by way of the
# program itself brings both together; so does any SQLite.
if [ -s "$file-wal" ] || [ -s "$file-journal" ]; then
  python3 - "$file" <<'PYTHON' || fail 1 "the log beside $file can't be put into it" "keep all of $file* and look at them with: hubevents-sync state verify"
import contextlib, sqlite3, sys
with contextlib.closing(sqlite3.connect(sys.argv[1])) as state:
    state.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    state.execute("PRAGMA journal_mode = DELETE")
    state.execute("SELECT serial FROM header").fetchone()
PYTHON
fi

# A tree of one file, made beside the index: nothing else can get into it.
blob=$(git hash-object -w -- "$file")
tree=$(printf '100644 blob %s\t%s\n' "$blob" "$(basename "$file")" | git mktree)
if [ -n "$base" ] && [ "$(git rev-parse "$base^{tree}")" = "$tree" ]; then
  echo "the state is as it was: nothing to push"
  exit 0
fi
commit=$(
  export GIT_AUTHOR_NAME="${GIT_AUTHOR_NAME:-hubevents-sync}" GIT_AUTHOR_EMAIL="${GIT_AUTHOR_EMAIL:-hubevents-sync@localhost}"
  export GIT_COMMITTER_NAME="${GIT_COMMITTER_NAME:-hubevents-sync}" GIT_COMMITTER_EMAIL="${GIT_COMMITTER_EMAIL:-hubevents-sync@localhost}"
  git commit-tree "$tree" ${base:+-p "$base"} -m "$message"
)

# An empty value after the colon means: only where there is no such branch.
if ! git push --quiet --force-with-lease="refs/heads/$branch:$base" "$remote" "$commit:refs/heads/$branch"; then
  now=$(git ls-remote "$remote" "refs/heads/$branch" | cut -f1) \
    || fail 1 "the state was not pushed: the remote $remote can't be reached" "run push-state.sh again; $file is as the apply left it"
  [ "$now" = "$commit" ] || [ "$now" != "$base" ] \
    || fail 1 "the state was not pushed: the remote refuses it" "may this token write to $branch? then run push-state.sh again"
  if [ "$now" != "$commit" ]; then
    cp "$file" "$keep"
    fail 4 "the state was not pushed: somebody else pushed to $branch in between" \
      "nothing is lost: keep $keep as an artifact, pull again and apply again; what this run sent is sent again, which HubSpot takes for repeats"
  fi
fi
printf '%s\n' "$commit" >"$note"
echo "the state is on $branch now: $(git log -1 --format='%h' "$commit")"
