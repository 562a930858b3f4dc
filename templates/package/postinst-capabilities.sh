# Capabilities of files: dpkg unpacks files without them, and a new owner takes them away. A file that
# others than root can change or replace gets none: they would get the rights. Where a path is diverted, dpkg
# has put the package's file elsewhere (dpkg-divert(1)).
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    while IFS= read -r line; do
        capabilities=${line%% *}
        path=${line#* }
        case "$(dpkg-divert --listpackage "$path")" in
        '' | {{ package }}) ;;
        *) path=$(dpkg-divert --truename "$path") ;;
        esac
        if [ ! -e "$DPKG_ROOT$path" ] && [ ! -L "$DPKG_ROOT$path" ]; then
            echo "{{ package }}: $path is not on this machine, and gets no $capabilities" >&2
            continue
        fi
        way=$path
        while [ -n "$way" ] && [ -n "$(find -L "$DPKG_ROOT$way" -maxdepth 0 -uid 0 ! -perm /022)" ]; do
            way=${way%/*}
        done
        if [ -n "$way" ] || [ -L "$DPKG_ROOT$path" ] || [ ! -f "$DPKG_ROOT$path" ]; then
            echo "{{ package }}: $path gets no $capabilities: it is not root's alone" >&2
            continue
        fi
        setcap "$capabilities" "$DPKG_ROOT$path" ||
            echo "{{ package }}: $path runs without $capabilities, which is refused here" >&2
    done <<'CAPABLE'
{%- for file in paths.capable %}
{{ file.capabilities }} {{ file.path | line }}
{%- endfor %}
CAPABLE
    ;;
esac
