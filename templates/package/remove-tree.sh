# Removes a path with all that is in it, but never what only seems to be in it: of a link the link
# goes, and a tree with something mounted on it or below stays.
remove_tree() { # PATH
    if [ -L "$1" ] || [ -f "$1" ]; then
        rm -f "$1"
    elif [ -d "$1" ]; then
        mounted=$(cut -d ' ' -f 5 /proc/self/mountinfo 2>/dev/null | grep -e "^$1\$" -e "^$1/") || true
        if [ -n "$mounted" ]; then
            echo "{{ package }}: $1 is left, because $(echo "$mounted" | head -n 1) is mounted" >&2
        else
            rm -rf --one-file-system "$1" || echo "{{ package }}: $1 is left" >&2
        fi
    fi
}
{#- the including template ends this line -#}
