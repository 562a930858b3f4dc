# The service stops before its files go.
case "$1" in
remove)
    if [ -z "$DPKG_ROOT" ] && [ -x /etc/init.d/{{ service.name }} ]; then
        invoke-rc.d --skip-systemd-native {{ service.name }} stop || true
    fi
    ;;
esac
