# Owners and modes that the package gives to directories: dpkg leaves those of one that is there. So does this
# where somebody else has a say: the administrator by dpkg-statoverride(1), or a link; another package that has
# the directory, too; and at a first installation whoever owns what was there before. Each is entered first:
# nobody can put a link into the place of a directory that one is in.
case "$1" in
configure)
    number() { # passwd|group NAME
        if [ -n "$DPKG_ROOT" ]; then
            number_of "$1" "$2"
        else
            getent "$1" "$2" | cut -d : -f 3
        fi
    }
    while IFS= read -r line; do
        path=/${line#* /}
        line=${line%% /*}
        mode=${line##* }
        line=${line% *}
        owner=$(number passwd "${line% *}")
        group=$(number group "${line#* }")
        if [ -z "$owner" ] || [ -z "$group" ] || [ -L "$DPKG_ROOT$path" ] ||
            dpkg-statoverride --list "$path" >/dev/null; then
            continue
        fi
        (
            enter "$path" || exit 0
            [ -z "$(find . -maxdepth 0 -uid "$owner" -gid "$group" -perm "$mode")" ] || exit 0
            why=
            if [ -z "$DPKG_ROOT" ]; then
                why=$(other_owner "$path" | sed 's/$/ has it, too/')
                if [ -z "$why$2" ] && [ -z "$(find . -maxdepth 0 \( -uid "$owner" -o -uid 0 -gid 0 \))" ]; then
                    why="it was there before the package"
                fi
            fi
            if [ -n "$why" ]; then
                echo "{{ package }}: $path stays $(stat -c '%U:%G %a' .), because $why" >&2
                exit 0
            fi
            chown "$owner:$group" .
            # Five digits take bits of setgid away, too.
            chmod "0$mode" .
        )
    done <<'DIRECTORIES'
{%- for directory in paths.directories %}
{{ directory.owner }} {{ directory.group }} {{ directory.mode }} {{ directory.path | line }}
{%- endfor %}
DIRECTORIES
    ;;
esac
