# What the package itself does.
# shellcheck disable=SC2119
reldeb_part 9<<'{{ end }}' || exit
{{ part }}
{{ end }}
