#!/bin/sh
# Makes the secrets of {{ service.name }} on this machine, each once: run as root before each start, by the
# unit, the init script and {% if command %}{{ command.name }}(1){% else %}by hand{% endif %}. One that is there is never replaced.
set -e

LC_ALL=C
export LC_ALL
umask 0077
directory={{ directories.configuration | sh }}
refuse() { # REASON
    echo "no secrets are made: $1" >&2
    exit 1
}
[ -d "$directory" ] || install -d -m 0755 "$directory"
cd -P "$directory"
# Who else writes here could lead root elsewhere, by links.
[ -z "$(find . -maxdepth 0 \( ! -uid 0 -o -perm /022 \))" ] ||
    refuse "$directory is not root's alone, expected the owner root and no others that may write"
set --{% for name in service.secrets %} {{ name }}{% endfor %}
missing=
look() {
    if [ -L secrets ] || [ -e secrets ]; then
        [ -f secrets ] || refuse "$directory/secrets is no regular file"
    fi
    missing=
    for name; do
        grep -qs "^$name=[\"']\{0,1\}[^\"'[:space:]]" secrets || missing="$missing $name"
    done
}
look "$@"
[ -n "$missing" ] || exit 0
# Of two starts at once one makes them. Only root opens the lock.
exec 9>>/run/{{ service.name }}.secrets.lock
flock --timeout=10 9 || refuse "another start has been making them for 10 seconds"
look "$@"
[ -n "$missing" ] || exit 0
[ ! -L secrets ] || refuse "$directory/secrets is a link, and lacks$missing: add them where it leads"

# Whole or not at all, whatever happens meanwhile.
new=$(mktemp secrets.XXXXXX)
trap 'rm -f "$new"' EXIT
if [ -f secrets ]; then
    cat secrets >"$new"
    [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"
else
    echo "# Secrets of {{ service.name }}, made on this machine. They stay until the package is purged." >"$new"
fi
for name in $missing; do
    secret=$(head -c 48 /dev/urandom | base64 -w 0 | tr '+/' 'xy')
    [ "$(printf %s "$secret" | wc -c)" -eq 64 ] || refuse "/dev/urandom cannot be read"
    printf '%s=%s\n' "$name" "$secret" >>"$new"
done
chgrp {{ group | sh }} "$new"
chmod 0640 "$new"
sync "$new"
mv -fT "$new" secrets
sync .
