# Says whether root alone can change a file that root's shell reads, on the whole way to it.
is_roots() { # FILE
    [ "$(id -u)" = 0 ] || return 0
    set -- "$1" "$1" "$(readlink -f "$1")"
    while [ -n "$2$3" ]; do
        if [ -n "$(find -L "${2:-/}" "${3:-/}" -maxdepth 0 \( ! -uid 0 -o -perm /022 \) 2>&1)" ]; then
            echo "$1 is not read: others than root can write it, or a directory on the way to it" >&2
            return 1
        fi
        set -- "$1" "${2%/*}" "${3%/*}"
    done
}
