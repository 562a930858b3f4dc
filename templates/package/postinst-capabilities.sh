# Capabilities of files: dpkg unpacks files without them, and a new owner takes them away. A file that
# others than root can change or replace gets none: they would get the rights.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
    while IFS= read -r line; do
        capabilities=${line%% *}
        path=${line#* }
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
