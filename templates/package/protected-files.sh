# OWNER GROUP MODE PATH of each configuration file that not everybody may read.
protected_files() {
    cat <<'PROTECTED'
{%- for file in paths.protected %}
{{ file.owner }} {{ file.group }} {{ file.mode }} {{ file.path | line }}
{%- endfor %}
PROTECTED
}
