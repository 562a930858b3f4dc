# Where the package has a link, dpkg leaves a directory that is there; where it has a directory, dpkg
# leaves a link that is there and writes through it. So the old one is put aside, under the names of
# dpkg-maintscript-helper(1). postinst ends this, postrm takes it back if the upgrade fails.
case "$1" in
install | upgrade)
    release={{ directories.release | sh }}
    files=$(dpkg-query --listfiles {{ package }} 2>/dev/null) || true
    # A link to a conffile is the administrator's, and dpkg follows it.
    conffiles=$(dpkg-query --show --showformat='${Conffiles}\n' {{ package }} 2>/dev/null |
        sed -n 's|^ \(/.*\) [0-9a-f]\{32\}.*|\1|p')
    links={% if paths.links %}$(release_links | sed 's|//.*||'){% endif %}
    is_link() { # PATH
        case "
$links
" in
        *"
$1
"*) ;;
        *) return 1 ;;
        esac
    }
    # Only what dpkg knows is looked at: others may have put names and links between it.
    printf '%s\n' "$files" | grep -Fvx -e "$conffiles" | while IFS= read -r path; do
        place=$DPKG_ROOT$path
        case "$path" in
        "$release"/*) ;;
        *) continue ;;
        esac
        if is_link "$path" || ! { [ -L "$place" ] || [ -d "$place.dpkg-backup" ]; } || ! is_roots "$path"; then
            continue
        fi
        if [ -L "$place" ]; then
            # Of the version before, where this one has something else. It may lead to what others can
            # change meanwhile: nothing is asked of that.
            echo "$path" >>"$links_note"
            mv -T "$place" "$place.dpkg-backup"
        elif [ -e "$place/.dpkg-staging-dir" ]; then
            # Of a version that was unpacked and never configured: its link is a directory again.
            rm -f "$place/.dpkg-staging-dir" "$place.dpkg-files"
            if rmdir "$place"; then
                mv -T "$place.dpkg-backup" "$place"
            fi
        fi
    done
{%- if paths.links %}
    release_links | while IFS= read -r line; do
        link=${line%%//*}
        directory=$DPKG_ROOT$link
        if [ -L "$directory" ] || [ ! -d "$directory" ] || [ -e "$directory/.dpkg-staging-dir" ] ||
            ! is_roots "$link"; then
            continue
        fi
        case "$(dpkg-query --search "$link" 2>/dev/null)" in
        *", "*)
            echo "{{ package }}: $link stays a directory, because other packages have files there" >&2
            continue
            ;;
        esac
        # What the version before has in it, so that the rest is known.
        printf '%s\n' "$files" | grep -F -e "$link/" >"$directory.dpkg-files" || true
        # Of a version that was unpacked and never configured.
        [ ! -L "$directory.dpkg-backup" ] || rm -f "$directory.dpkg-backup"
        mv -T "$directory" "$directory.dpkg-backup"
        mkdir "$directory"
        : >"$directory/.dpkg-staging-dir"
    done
{%- endif %}
    ;;
esac
