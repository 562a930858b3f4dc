#!/bin/sh
# Makes the secret that Erlang nodes know each other by, on this machine, once: run as the service's
# user before each start, by the unit, the init script and {% if command %}{{ command.name }}(1){% else %}by hand{% endif %}. One that Erlang takes is never
# replaced{% if program.kind.cookie_variable %}, unless {{ program.kind.cookie_variable }} asks for another{% endif %}.
set -e

LC_ALL=C
export LC_ALL
umask 0077
# Where the node looks for it.
cd "${HOME:?}"
# Of two starts at once one makes it.
exec 9<.
flock --timeout=10 9 || {
    echo "no cookie is made: another start has been making it for 10 seconds" >&2
    exit 1
}

cookie=.erlang.cookie
present=
if [ -e "$cookie" ] || [ -L "$cookie" ]; then
    if [ ! -f "$cookie" ] || [ ! -r "$cookie" ]; then
        echo "$HOME/$cookie cannot be read by $(id -un)" >&2
        exit 1
    fi
    # Erlang takes printable characters, then ends of lines (a NUL would vanish in the shell).
    present=$(tr '\000\r' '\001\n' <"$cookie")
    case "$present" in
    *[!\ -~]*) present= ;;
    esac
fi
{%- if program.kind.cookie_variable %}
wanted={{ "${" ~ program.kind.cookie_variable ~ ":-$present}" }}
{%- else %}
wanted=$present
{%- endif %}
if [ -n "$present" ] && [ "$present" = "$wanted" ]; then
    # Erlang refuses one that others may read.
    case "$(stat -L -c %a "$cookie")" in
    *00) ;;
    *) chmod 0400 "$cookie" ;;
    esac
    exit 0
fi
if [ -L "$cookie" ]; then
    echo "$HOME/$cookie is a link, and has no cookie in it" >&2
    exit 1
fi

if [ -e "$cookie" ] && [ -z "$present" ]; then
    echo "the cookie in $HOME/$cookie was empty or damaged, and is replaced" >&2
fi
if [ -z "$wanted" ]; then
    wanted=$(head -c 48 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
    if [ "$(printf %s "$wanted" | wc -c)" -lt 40 ]; then
        echo "no cookie can be made: /dev/urandom cannot be read" >&2
        exit 1
    fi
fi
# Whole or not at all, whatever happens meanwhile.
new=$(mktemp "$cookie.XXXXXX")
trap 'rm -f "$new"' EXIT
printf %s "$wanted" >"$new"
chmod 0400 "$new"
sync "$new"
mv -f "$new" "$cookie"
sync .
