#!/bin/sh
# Makes the secrets of {{ service.name }} on this machine, each once: run as root before each start, by the
# unit, the init script and {% if command %}{{ command.name }}(1){% else %}by hand{% endif %}. One that is there is never replaced.
set -e

LC_ALL=C
export LC_ALL
umask 0077
directory={{ directories.configuration | sh }}
secrets={{ secrets_file | sh }}
[ -d "$directory" ] || install -d -m 0755 "$directory"
# A link is the administrator's.
[ ! -L "$secrets" ] || secrets=$(readlink -e "$secrets")
# Of two starts at once one makes them.
exec 9<"$directory"
flock --timeout=10 9

missing=
set --{% for name in service.secrets %} {{ name }}{% endfor %}
for name; do
    [ -f "$secrets" ] && grep -q "^$name=" "$secrets" || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

# Whole or not at all, whatever happens meanwhile.
new=$(mktemp "$secrets.XXXXXX")
trap 'rm -f "$new"' EXIT
if [ -f "$secrets" ]; then
    cp --preserve=mode,ownership "$secrets" "$new"
    [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"
else
    echo "# Secrets of {{ service.name }}, made on this machine. They stay until the package is purged." >"$new"
    chgrp {{ group | sh }} "$new"
    chmod 0640 "$new"
fi
for name in $missing; do
    secret=$(head -c 48 /dev/urandom | base64 -w 0 | tr '+/' 'xy')
    if [ "$(printf %s "$secret" | wc -c)" -ne 64 ]; then
        echo "no secret can be made: /dev/urandom cannot be read" >&2
        exit 1
    fi
    printf '%s=%s\n' "$name" "$secret" >>"$new"
done
sync "$new"
mv -f "$new" "$secrets"
sync "$directory"
