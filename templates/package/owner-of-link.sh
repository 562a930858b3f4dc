# Prints the other package that a symlink belongs to. One of update-alternatives is nobody's.
owner_of_link() { # LINK
    case "$(readlink "$DPKG_ROOT$1")" in
    '' | /etc/alternatives/*) ;;
    *) other_owner "$1" ;;
    esac
}
