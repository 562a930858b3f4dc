# The service stops before its files go. Whether it ran is noted, so that it runs again if the removal
# is given up.
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ] && [ -x /etc/init.d/{{ service.name }} ]; then
        if [ -e {{ pid_file | sh }} ]; then
            echo running >/run/{{ package }}.init
        fi
        invoke-rc.d --skip-systemd-native {{ service.name }} stop || true
    fi
    ;;
esac
