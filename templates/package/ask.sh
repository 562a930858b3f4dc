#!/bin/sh
# Asks the running node, in the words of {{ program.asks }}: run as its user and with its environment.

{% include "package/question.sh" %}
{%- if program.kind.renders_at_questions %}
# A console takes Ctrl-C for itself.
trap : INT QUIT
{{ program.asks | sh }} "$@"
{%- else %}
exec {{ program.asks | sh }} "$@"
{%- endif %}
