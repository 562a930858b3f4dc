{%- if paths.links %}
{% include "package/release-links.sh" %}
{% endif %}
# Where the package has a link, dpkg leaves a directory that is there; where it has a directory, dpkg
# leaves a link that is there and writes through it. So the old one is put aside, under the names of
# dpkg-maintscript-helper(1). postinst ends this, postrm takes it back if the upgrade fails.
case "$1" in
install | upgrade)
    release={{ directories.release | sh }}
    files=$(dpkg-query --listfiles {{ package }} 2>/dev/null) || true
    links={% if paths.links %}$(release_links | sed 's|//.*||'){% endif %}
    is_link() { # PATH
        case "
$links
" in
        *"
${1#"$DPKG_ROOT"}
"*) ;;
        *) return 1 ;;
        esac
    }
    # Of a version that was unpacked and never configured: its link is a directory again.
    find "$DPKG_ROOT$release/" -name .dpkg-staging-dir 2>/dev/null | while IFS= read -r found; do
        directory=${found%/*}
        if ! is_link "$directory" && [ -d "$directory.dpkg-backup" ]; then
            rm -f "$found" "$directory.dpkg-backup/.dpkg-files"
            rmdir "$directory"
            mv -T "$directory.dpkg-backup" "$directory"
        fi
    done
    # Links of the version before, where this one has something else. To a file dpkg does it itself.
    find "$DPKG_ROOT$release/" -type l ! -name '*.dpkg-backup' 2>/dev/null | while IFS= read -r found; do
        if ! is_link "$found" && [ ! -f "$found" ] &&
            printf '%s\n' "$files" | grep -qxF -e "${found#"$DPKG_ROOT"}"; then
            mv -T "$found" "$found.dpkg-backup"
        fi
    done
{%- if paths.links %}
    release_links | while IFS= read -r line; do
        link=${line%%//*}
        directory=$DPKG_ROOT$link
        if [ -L "$directory" ] || [ ! -d "$directory" ] || [ -e "$directory/.dpkg-staging-dir" ]; then
            continue
        fi
        case "$(dpkg-query --search "$link" 2>/dev/null)" in
        *", "*)
            echo "{{ package }}: $link stays a directory, because other packages have files there" >&2
            continue
            ;;
        esac
        # What the version before has in it, so that the rest is known. Not through a link (-C).
        rm -f "$directory/.dpkg-files"
        (set -C && { printf '%s\n' "$files" | grep -F -e "$link/" || true; } >"$directory/.dpkg-files")
        # Of a version that was unpacked and never configured.
        [ ! -L "$directory.dpkg-backup" ] || rm -f "$directory.dpkg-backup"
        mv -T "$directory" "$directory.dpkg-backup"
        mkdir "$directory"
        : >"$directory/.dpkg-staging-dir"
    done
{%- endif %}
    ;;
esac
