# Prints another package that has a path, by either of its names where /bin is a link to /usr/bin.
other_owner() { # PATH
    case "$1" in
    /usr/*) twin=${1#/usr} ;;
    *) twin=/usr$1 ;;
    esac
    if [ "$(readlink -m "${twin%/*}/")" != "$(readlink -m "${1%/*}/")" ]; then
        twin=$1
    fi
    LC_ALL=C dpkg-query --search "$1" "$twin" 2>/dev/null | sed -n '/^diversion by /d; s|: /.*||p' |
        tr , '\n' | sed 's/^ *//; s/:.*//' | grep -vxF {{ package }} | head -n 1 || true
}

# Prints the other package that a symlink belongs to. One of update-alternatives is nobody's.
owner_of_link() { # LINK
    case "$(readlink "$1")" in
    '' | /etc/alternatives/*) ;;
    *) other_owner "$1" ;;
    esac
}
