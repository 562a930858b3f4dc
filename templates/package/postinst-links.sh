# What preinst has put aside: links go, and what a directory had in it that is not of the package goes
# to where the link leads. Nothing is overwritten; what has no place there is kept.
case "$1" in
configure)
    if [ -e "$links_note" ]; then
        while IFS= read -r path; do
            if [ -L "$DPKG_ROOT$path.dpkg-backup" ] && is_roots "$path"; then
                rm -f "$DPKG_ROOT$path.dpkg-backup"
                # dpkg has left the directories around it, which were not empty.
                while path=${path%/*} && ! dpkg-query --search "$path" >/dev/null 2>&1 &&
                    rmdir "$DPKG_ROOT$path" 2>/dev/null; do :; done
            fi
        done <"$links_note"
        rm -f "$links_note"
    fi
{%- if paths.links %}
    # Says where a link leads, if root alone can change what lies on the way there: what the service can put a
    # link into is no place for root to move something to.
    roots_target() { # LINK
        target=$(cd -P "$1" 2>/dev/null && pwd -P) || return 1
        [ "$target" = "$(cd "${1%/*}" && realpath -ms -- "$(readlink "$1")")" ] || return 1
        way=${target%/*}
        while [ -n "$way" ]; do
            [ -z "$(find "$way" -maxdepth 0 \( ! -uid 0 -o -perm /022 \))" ] || return 1
            way=${way%/*}
        done
        echo "$target"
    }
    release_links | while IFS= read -r line; do
        path=${line%%//*}
        link=$DPKG_ROOT$path
        aside=$link.dpkg-backup
        if [ -L "$aside" ] || [ ! -d "$aside" ] || ! is_roots "$path"; then
            continue
        fi
        if [ -f "$link.dpkg-files" ]; then
            while IFS= read -r file; do
                # In the directory itself: the way there may be another's, and lead elsewhere.
                (
                    old=$aside/${file#"$path/"}
                    cd -P "$aside" || exit 0
                    here=$(pwd -P)${old#"$aside"}
                    cd -P "${old%/*}" || exit 0
                    [ "$(pwd -P)" = "${here%/*}" ] || exit 0
                    for name in "./${old##*/}" "./${old##*/}.dpkg-backup"; do
                        if [ -L "$name" ] || [ -f "$name" ]; then
                            rm -f "$name"
                        fi
                    done
                ) 2>/dev/null
            done <"$link.dpkg-files"
            rm -f "$link.dpkg-files"
        fi
        find "$aside" -depth -type d -empty -delete
        if [ ! -L "$link" ]; then
            rm -f "$link/.dpkg-staging-dir"
            [ ! -d "$link" ] || rmdir "$link"
            ln -sT "${line#*//}" "$link"
        fi
        [ -d "$aside" ] || continue
        target=$(roots_target "$link") || target=
        for entry in "$aside"/* "$aside"/.[!.]* "$aside"/..?*; do
            place=$target/${entry##*/}
            if [ ! -e "$entry" ] && [ ! -L "$entry" ]; then
                continue
            fi
            # Absolute links of another root lead out of it. A directory is moved whole or not at all:
            # while it was copied to another disk, the service could put links into its place.
            if [ -n "$DPKG_ROOT" ] || [ -z "$target" ] || [ -e "$place" ] || [ -L "$place" ] ||
                { [ -d "$entry" ] && [ "$(stat -c %d "$entry")" != "$(stat -c %d "$target")" ]; }; then
                continue
            fi
            mv -nT "$entry" "$place" || true
        done
        if ! rmdir "$aside" 2>/dev/null; then
            kept=$link.dpkg-old
            while [ -e "$kept" ] || [ -L "$kept" ]; do
                kept=$kept.old
            done
            mv -T "$aside" "$kept"
            echo "{{ package }}: $path is a link now; what was in it and found no place is in ${kept#"$DPKG_ROOT"}" >&2
        fi
    done
{%- endif %}
    ;;
esac
