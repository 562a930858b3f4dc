# The links go before what they lead to. An upgrade and a deconfiguration leave them, and the
# administrator's choice.
case "$1" in
remove)
{%- for item in alternatives %}
    update-alternatives --remove {{ item.name | sh }} {{ item.path | sh }}
{%- endfor %}
    ;;
esac
