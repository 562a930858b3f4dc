{%- if paths.links %}
{% include "package/release-links.sh" %}
{% endif %}
# What preinst has put aside: links go, and what a directory had in it that is not of the package goes
# to where the link leads. Nothing is overwritten; what has no place there is kept.
case "$1" in
configure)
    find "$DPKG_ROOT"{{ directories.release | sh }}/ -type l -name '*.dpkg-backup' -delete 2>/dev/null || true
{%- if paths.links %}
    release_links | while IFS= read -r line; do
        path=${line%%//*}
        link=$DPKG_ROOT$path
        aside=$link.dpkg-backup
        if [ -L "$aside" ] || [ ! -d "$aside" ]; then
            continue
        fi
        if [ -f "$aside/.dpkg-files" ]; then
            while IFS= read -r file; do
                old=$aside/${file#"$path/"}
                if [ -L "$old" ] || [ -f "$old" ]; then
                    rm -f "$old"
                fi
            done <"$aside/.dpkg-files"
            rm -f "$aside/.dpkg-files"
        fi
        find "$aside" -depth -type d -empty -delete
        if [ ! -L "$link" ]; then
            rm -f "$link/.dpkg-staging-dir"
            [ ! -d "$link" ] || rmdir "$link"
            ln -sT "${line#*//}" "$link"
        fi
        [ -d "$aside" ] || continue
        for entry in "$aside"/* "$aside"/.[!.]* "$aside"/..?*; do
            place=$link/${entry##*/}
            if [ ! -e "$entry" ] && [ ! -L "$entry" ]; then
                continue
            fi
            # Absolute links of another root lead out of it. A directory is moved whole or not at all:
            # while it was copied to another disk, the service could put links into its place.
            if [ -n "$DPKG_ROOT" ] || [ ! -d "$link/" ] || [ -e "$place" ] || [ -L "$place" ] ||
                { [ -d "$entry" ] && [ "$(stat -c %d "$entry")" != "$(stat -L -c %d "$link/")" ]; }; then
                continue
            fi
            mv -nT "$entry" "$place" || true
        done
        if ! rmdir "$aside" 2>/dev/null; then
            kept=$link.dpkg-old
            while [ -e "$kept" ]; do
                kept=$kept.old
            done
            mv -T "$aside" "$kept"
            echo "{{ package }}: $path is a link now; what was in it and found no place is in ${kept#"$DPKG_ROOT"}" >&2
        fi
    done
{%- endif %}
    ;;
esac
