# A question starts no port mapper of its own.
ERL_FLAGS="${ERL_FLAGS:+$ERL_FLAGS }{{ erl_flags }}"
export ERL_FLAGS
{%- if program.kind.renders_at_questions %}

# The release's script renders vm.args and sys.config at every command. A question has them rendered
# in a place of its own: where the node has its files, one that starts just now would read half of
# them.
RELX_OUT_FILE_PATH=$(mktemp -d) || exit 1
export RELX_OUT_FILE_PATH
trap 'rm -rf "$RELX_OUT_FILE_PATH"' EXIT
trap 'exit 143' HUP TERM
{%- endif %}
{#- the including template ends this line -#}
