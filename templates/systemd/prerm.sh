# The service stops before its files go. An upgrade does not stop it here. What ran is noted, so that
# it runs again if the removal is given up.
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        running=$(systemctl list-units --plain --no-legend \
            --state=active,activating,reloading '{{ units }}' | cut -d ' ' -f 1)
        echo "$running" >/run/{{ package }}.running
        deb-systemd-invoke stop '{{ units }}' || true
    fi
    ;;
esac
