# The upgrade has failed: configuration files are protected again as the version that stays has them.
case "$1" in
abort-install | abort-upgrade)
    if [ -f "$DPKG_ROOT/run/{{ package }}.protection" ]; then
        while IFS= read -r line; do
            was=${line%% *}
            path=${line#* }
            file=$DPKG_ROOT$path
            # One that has made way for this version's is put back later.
            [ -e "$file" ] || file=$file.dpkg-remove
            [ -e "$file" ] || continue
            chown "${was%:*}" "$file"
            chmod "${was##*:}" "$file"
        done <"$DPKG_ROOT/run/{{ package }}.protection"
        rm -f "$DPKG_ROOT/run/{{ package }}.protection"
    fi
    ;;
esac
