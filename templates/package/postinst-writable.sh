# The directories that the release has links to.
case "$1" in
configure)
{%- for directory in writable %}
{%- if directory.below %}
    make_writable {{ directory.base | sh }} {{ directory.below | sh }}{% if directory.seed %} {{ directory.seed | sh }}{% endif %}
{%- elif directory.seed %}
    # Made with the others; filled at the first installation alone.
    [ -n "$2" ] || make_writable {{ directory.base | sh }} '' {{ directory.seed | sh }}
{%- endif %}
{%- endfor %}
    ;;
esac
