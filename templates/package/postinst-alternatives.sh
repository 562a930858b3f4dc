# The choices of this machine that the package offers itself for, see update-alternatives(1). One that
# the administrator has made stays.
case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure)
{%- for item in alternatives %}
{%- if item.removed %}
    # Offered by earlier versions.
    take_back {{ item.name | sh }} {{ item.path | sh }} {{ item.link | sh }}
{%- else %}
    if are_free {{ item.link | sh }}{% for slave in item.slaves %} {{ slave.link | sh }}{% endfor %}; then
        update-alternatives --install {{ item.link | sh }} {{ item.name | sh }} {{ item.path | sh }} {{ item.priority }}
{%- for slave in item.slaves %} \
            --slave {{ slave.link | sh }} {{ slave.name | sh }} {{ slave.path | sh }}
{%- endfor %}
    fi
{%- endif %}
{%- endfor %}
    ;;
esac
