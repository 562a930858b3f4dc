# systemd forgets the unit; purge also forgets whether it was enabled.
case "$1" in
abort-install)
    rm -f "$DPKG_ROOT/run/{{ package }}.running"
    ;;
remove)
    rm -f "$DPKG_ROOT/run/{{ package }}.running"
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
    fi
    ;;
purge)
{%- if service.instances %}
    for link in "$DPKG_ROOT"/etc/systemd/system/*/{{ service.name }}@*.service; do
        if [ -L "$link" ]; then
            rm -f "$link"
            rmdir --ignore-fail-on-non-empty "${link%/*}"
        fi
    done
{%- else %}
    deb-systemd-helper purge '{{ unit }}' >/dev/null || true
{%- endif %}
    ;;
esac
