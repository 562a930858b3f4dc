# The links go before what they lead to. An upgrade and a deconfiguration leave them, and the
# administrator's choice.
case "$1" in
remove)
{%- for item in alternatives %}
    take_back {{ item.name | sh }} {{ item.path | sh }} {{ item.link | sh }}{% for slave in item.slaves %} {{ slave.link | sh }}{% endfor %}
{%- endfor %}
    ;;
esac
