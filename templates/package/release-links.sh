# Says that root alone can change what lies on the way to a path of the release: no link there is
# another's, and no name.
is_roots() { # PATH
    way=$DPKG_ROOT{{ directories.release | sh }}
    rest=${1#{{ directories.release | sh }}/}
    while [ -d "$way" ] && [ ! -L "$way" ]; do
        [ -z "$(find "$way" -maxdepth 0 \( ! -uid 0 -o -perm /022 \))" ] || return 1
        case "$rest" in
        */*) ;;
        *) return 0 ;;
        esac
        way=$way/${rest%%/*}
        rest=${rest#*/}
    done
    return 1
}
{%- if paths.links %}

# PATH//TARGET of each link in the release.
release_links() {
    cat <<'LINKS'
{%- for link in paths.links %}
{{ link.path | line }}//{{ link.target | line }}
{%- endfor %}
LINKS
}
{%- endif %}

# Which links of the version before have been put aside.
links_note=$DPKG_ROOT/var/lib/misc/{{ package }}.links
