# The version before may be another tool's. Its init script stops the service as long as it is there;
# what it shipped as ordinary files and nobody has changed makes way, or dpkg would ask about it.
case "$1" in
upgrade)
    if [ -z "$DPKG_ROOT" ] && [ -x /etc/init.d/{{ service.name }} ] &&
        ! grep -q '^PIDFILE=/run/{{ service.name }}.pid$' /etc/init.d/{{ service.name }}; then
        # After an upgrade that got stuck, its note counts.
        if [ ! -e /run/{{ package }}.predecessor ]; then
            noted=unknown
            if {
                [ -d /run/systemd/system ] && systemctl is-active --quiet '{{ service.name }}.service'
            }{% if directories.release %} || [ -n "$(release_processes)" ]{% endif %}; then
                noted=running
            fi
            echo "$noted" >/run/{{ package }}.predecessor
        fi
        invoke-rc.d {{ service.name }} stop >/dev/null 2>&1 || true
{%- if directories.release %}
        end_processes
{%- endif %}
    fi
    sums=$(dpkg-query --control-path {{ package }} md5sums 2>/dev/null) || true
    # shellcheck disable=SC2016,SC2043
    for path in{% for path in adopted %} {{ path | sh }}{% endfor %}; do
        if grep "  ${path#/}\$" "${sums:-/dev/null}" |
            (cd "$DPKG_ROOT/" && md5sum --check --status 2>/dev/null) &&
            ! dpkg-query --show --showformat='${Conffiles}' {{ package }} | grep -qF " $path "; then
            mv "$DPKG_ROOT$path" "$DPKG_ROOT$path.dpkg-remove"
        fi
    done
    ;;
esac
