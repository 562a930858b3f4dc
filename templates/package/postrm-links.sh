{%- if paths.links %}
{% include "package/release-links.sh" %}
{% endif %}
# The upgrade has failed: what preinst has put aside goes back.
case "$1" in
abort-install | abort-upgrade)
{%- if paths.links %}
    release_links | while IFS= read -r line; do
        link=$DPKG_ROOT${line%%//*}
        aside=$link.dpkg-backup
        if [ -d "$aside" ] && [ ! -L "$aside" ]; then
            if [ -L "$link" ]; then
                rm -f "$link"
            elif [ -d "$link" ]; then
                rm -f "$link/.dpkg-staging-dir"
                rmdir "$link"
            fi
            rm -f "$aside/.dpkg-files"
            mv -T "$aside" "$link"
        fi
    done
{%- endif %}
    find "$DPKG_ROOT"{{ directories.release | sh }}/ -type l -name '*.dpkg-backup' 2>/dev/null |
        while IFS= read -r aside; do
            link=${aside%.dpkg-backup}
            # A directory that the unpacking has made.
            rmdir "$link" 2>/dev/null || true
            [ -e "$link" ] || [ -L "$link" ] || mv -T "$aside" "$link"
        done
    ;;
esac
