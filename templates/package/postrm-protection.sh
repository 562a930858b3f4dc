# The upgrade has failed: configuration files are protected again as the version that stays has them.
case "$1" in
abort-install | abort-upgrade)
    if [ -f "$DPKG_ROOT/run/{{ package }}.protection" ]; then
        while read -r was path; do
            chown "${was%:*}" "$DPKG_ROOT$path"
            chmod "${was##*:}" "$DPKG_ROOT$path"
        done <"$DPKG_ROOT/run/{{ package }}.protection"
        rm -f "$DPKG_ROOT/run/{{ package }}.protection"
    fi
    ;;
esac
