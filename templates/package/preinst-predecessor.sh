# An earlier version may have been packaged by other means. Its init script stops the service as long
# as its files are there; this package's own stops nothing here.
case "$1" in
upgrade)
    if [ -z "$DPKG_ROOT" ] && [ -x /etc/init.d/{{ service.name }} ] &&
        ! grep -q '^PIDFILE=/run/{{ service.name }}.pid$' /etc/init.d/{{ service.name }}; then
        invoke-rc.d {{ service.name }} stop >/dev/null 2>&1 || true
{%- if directories.release %}
        end_processes
{%- endif %}
        : >/run/{{ package }}.predecessor
    fi

    # What it shipped as ordinary files and nobody has changed makes way, or dpkg would ask about it.
    make_way() { # PATH
        sum=$(md5sum "$DPKG_ROOT$1" 2>/dev/null | cut -d ' ' -f 1) || true
        list=$(dpkg-query --control-path {{ package }} md5sums 2>/dev/null) || true
        # shellcheck disable=SC2016
        if [ -n "$sum" ] && [ -n "$list" ] && grep -qxF "$sum  ${1#/}" "$list" &&
            ! dpkg-query --show --showformat='${Conffiles}' {{ package }} | grep -qF " $1 "; then
            mv "$DPKG_ROOT$1" "$DPKG_ROOT$1.dpkg-remove"
        fi
    }
{%- for path in adopted %}
    make_way {{ path | sh }}
{%- endfor %}
    ;;
esac
