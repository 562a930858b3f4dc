# Conffiles that earlier versions had, see dpkg-maintscript-helper(1).
{%- for item in conffile_changes %}
{%- if item.change == "removed" %}
dpkg-maintscript-helper rm_conffile {{ item.path | sh }} {{ prior_version | sh }} {{ package }} -- "$@"
{%- elif item.change == "renamed" %}
dpkg-maintscript-helper mv_conffile {{ item.from | sh }} {{ item.to | sh }} {{ prior_version | sh }} {{ package }} -- "$@"
{%- elif item.change == "directory-to-symlink" %}
dpkg-maintscript-helper dir_to_symlink {{ item.path | sh }} {{ item.target | sh }} {{ prior_version | sh }} {{ package }} -- "$@"
{%- else %}
dpkg-maintscript-helper symlink_to_dir {{ item.path | sh }} {{ item.target | sh }} {{ prior_version | sh }} {{ package }} -- "$@"
{%- endif %}
{%- endfor %}
