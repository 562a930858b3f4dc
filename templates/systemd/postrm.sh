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
    is_anothers system '{{ unit }}' || forget_instances system '{{ unit }}'
{%- else %}
    is_anothers system '{{ unit }}' || deb-systemd-helper purge '{{ unit }}' >/dev/null || true
{%- endif %}
    ;;
esac
