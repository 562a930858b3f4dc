# Removes what is left of the release between the files that dpkg has removed, unless others have
# something there, or had before this package came. What belongs to a user, or what a user may write,
# is data, and so is what came into directories that were shipped empty, and what an upgrade has kept
# beside a link: only a purge removes it.
remove_leftovers() { # remove|purge
    call=$1
    release={{ directories.release | sh }}
    enter "${release%/*}" || return 0
    name=${release##*/}
    if [ -L "./$name" ] || [ ! -d "./$name" ]; then
        return 0
    fi
    why=$(why_it_stays "$release" "$name" | head -n 1)
    if [ -z "$why" ] && [ -e "$DPKG_ROOT"/var/lib/misc/{{ package }}.found ]; then
        why="it was there before the package"
    fi
    if [ -n "$why" ]; then
        echo "{{ package }}: $release is left, because $why" >&2
        return 0
    fi
    set -- -name '*.dpkg-old*'
{%- for path in data_directories %}
    if [ -e "./$name"/{{ path | sh }} ]; then
        set -- "$@" -o -samefile "./$name"/{{ path | sh }}
    fi
{%- endfor %}
{%- if purge_release %}
    if [ "$call" = purge ]; then
{%- if account %}
        user=$(number_of passwd {{ user | sh }})
        user=$(id -u "$user" 2>/dev/null || echo "$user" | grep -x '[0-9]\{1,\}') || user=
        if [ -n "$user" ] && [ "$user" != 0 ]; then
            set -- "$@" -o -uid "$user"
        fi
{%- endif %}
        find "./$name" -xdev \( "$@" \) -prune -exec rm -rf --one-file-system {} + -o \
            \( ! -uid 0 -o -type d -perm /022 \) -prune
    fi
{%- endif %}
    set -- \( "$@" -o ! -uid 0 -o -type d -perm /022 \) -prune
    find "./$name" -xdev "$@" -o ! -type d -exec rm -f {} + -o -type d -print0 |
        LC_ALL=C sort -rz | xargs -0r rmdir --ignore-fail-on-non-empty
    if [ ! -d "./$name" ]; then
        return 0
    fi
    left=$(find "./$name" -xdev "$@" -print | sed "s|^\.|${release%/*}|" | LC_ALL=C tr -c '[:print:]\n' '?' |
        head -n 3 | tr '\n' ' ')
    if [ -n "$left" ]; then
        echo "{{ package }}: left as data: ${left% }" >&2
    fi
}
