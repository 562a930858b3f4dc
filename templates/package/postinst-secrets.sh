# Files that the service's group reads and nobody else. dpkg unpacks them so, but leaves the owner
# and the mode of a file that is already there: one of root's that was never restricted is
# restricted now. What the administrator has set stays.
case "$1" in
configure)
    restrict() { # PATH OWNER GROUP MODE
        if [ -L "$1" ] || [ ! -f "$1" ] || dpkg-statoverride --list "$1" >/dev/null; then
            return 0
        fi
        case "$(stat -c %U:%G:%a "$1")" in
        root:root:644) ;;
        root:root:640 | root:root:600) [ -z "$old_version" ] || return 0 ;;
        *) return 0 ;;
        esac
        chown "$2:$3" "$1"
        chmod "$4" "$1"
    }
    if [ -z "$DPKG_ROOT" ]; then
        old_version=$2
{%- for secret in secrets %}
        restrict {{ secret.path | sh }} {{ secret.owner | sh }} {{ secret.group | sh }} {{ secret.mode }}
{%- endfor %}
    fi
    ;;
esac
