# Removes the links that enable instances of a template. One that leads to a file of its own is another's.
forget_instances() { # MANAGER TEMPLATE
    for link in "$DPKG_ROOT/etc/systemd/$1"/*/"${2%%@*}@"*; do
        [ -L "$link" ] || continue
        case "$(readlink "$link")" in
        */"$2")
            rm -f "$link"
            rmdir --ignore-fail-on-non-empty "${link%/*}"
            ;;
        esac
    done
}
