#!/bin/sh
# Removes the data folder, and the data it links to where root's server had to keep it elsewhere.
set -eu
folder=${DATA_DIR:-.data}
if [ -e "$folder/postgres/postmaster.pid" ] && kill -0 "$(head -n 1 "$folder/postgres/postmaster.pid")" 2>/dev/null; then
    echo "The server of $folder still runs: stop it first (Ctrl-C where it was started)." >&2
    exit 1
fi
if [ -L "$folder/postgres" ]; then
    target=$(readlink "$folder/postgres")
    case "$target" in
        */grid-governance-dashboard/data-*/postgres) rm -rf "${target%/postgres}" ;;
    esac
fi
rm -rf "$folder"
