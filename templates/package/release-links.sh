# PATH//TARGET of each link in the release.
release_links() {
    cat <<'LINKS'
{%- for link in paths.links %}
{{ link.path | line }}//{{ link.target | line }}
{%- endfor %}
LINKS
}
{#- the including template ends this line -#}
