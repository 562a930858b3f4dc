# For another root (dpkg --root) dpkg looked for the names of owners among those of the machine that it
# ran on: a first installation, and one from outside, give the owners themselves.
case "$1,${DPKG_ROOT:+root}$2" in
configure, | configure,root*)
    while IFS= read -r line; do
        # Blanks at its end are the path's.
        path=/${line#* /}
        line=${line%% /*}
        owner=${line%% *}
        mode=${line##* }
        line=${line#* }
        group=${line%% *}
        # An owner that nobody makes is root, as dpkg has it.
        if [ -z "$DPKG_ROOT" ] && ! { getent passwd "$owner" && getent group "$group"; } >/dev/null; then
            continue
        fi
        user=$(number_of passwd "$owner")
        group=$(number_of group "$group")
        if [ -z "$user" ] || [ -z "$group" ] || [ -L "$DPKG_ROOT$path" ] || [ ! -e "$DPKG_ROOT$path" ] ||
            dpkg-statoverride --list "$path" >/dev/null; then
            continue
        fi
        chown "$user:$group" "$DPKG_ROOT$path"
        case "$mode" in
        # Lost with a new owner.
        [1-7]???) chmod "$mode" "$DPKG_ROOT$path" ;;
        esac
    done <<'OWNED'
{%- for file in paths.owned %}
{{ file.owner }} {{ file.group }} {{ file.mode }} {{ file.path | line }}
{%- endfor %}
OWNED
    ;;
esac
