# The upgrade has failed: what preinst has put aside goes back.
case "$1" in
abort-install | abort-upgrade)
{%- if paths.links %}
    release_links | while IFS= read -r line; do
        link=$DPKG_ROOT${line%%//*}
        aside=$link.dpkg-backup
        if [ -d "$aside" ] && [ ! -L "$aside" ] && is_roots "${line%%//*}"; then
            if [ -L "$link" ]; then
                rm -f "$link"
            elif [ -d "$link" ]; then
                rm -f "$link/.dpkg-staging-dir"
                rmdir "$link" || continue
            fi
            rm -f "$link.dpkg-files"
            mv -T "$aside" "$link"
        fi
    done
{%- endif %}
    if [ -e "$links_note" ]; then
        while IFS= read -r path; do
            link=$DPKG_ROOT$path
            if [ -L "$link.dpkg-backup" ] && is_roots "$path"; then
                # A directory that the unpacking has made.
                rmdir "$link" 2>/dev/null || true
                [ -e "$link" ] || [ -L "$link" ] || mv -T "$link.dpkg-backup" "$link"
            fi
        done <"$links_note"
        rm -f "$links_note"
    fi
    ;;
remove)
    rm -f "$links_note"
    ;;
esac
