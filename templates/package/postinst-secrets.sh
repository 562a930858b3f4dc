# Files that the service's group reads and nobody else. dpkg unpacks them so, but leaves the owner
# and the mode of a file that is already there: one of root's that was never restricted is
# restricted now. What the administrator has set stays.
case "$1" in
configure)
    restrict() { # PATH OWNER GROUP MODE OLD-VERSION
        if dpkg-statoverride --list "$1" >/dev/null; then
            return 0
        fi
        secret=$DPKG_ROOT$1
        if [ -L "$secret" ] || [ ! -f "$secret" ]; then
            return 0
        fi
        case "$(stat -c %u:%g:%a "$secret")" in
        0:0:644) ;;
        0:0:640 | 0:0:600) [ -z "$5" ] || return 0 ;;
        *) return 0 ;;
        esac
        chown "$(number_of passwd "$2"):$(number_of group "$3")" "$secret"
        chmod "$4" "$secret"
    }
{%- for secret in secrets %}
    restrict {{ secret.path | sh }} {{ secret.owner | sh }} {{ secret.group | sh }} {{ secret.mode }} "$2"
{%- endfor %}
    ;;
esac
