#!/bin/sh
# Waits until {{ service.name }} answers: run by its unit and its init script after the start, as its
# user and with its environment, MAINPID being its process.
#
# Ends with 1 as soon as that process is gone. One that runs but does not answer is left alone: after
# a minute this says so and ends with 0.

# Being stopped meanwhile is no failure.
trap 'exit 0' TERM

# Asking starts no port mapper.
ERL_FLAGS="${ERL_FLAGS:+$ERL_FLAGS }{{ erl_flags | default(value="-start_epmd false") }}"
export ERL_FLAGS

deadline=$(($(date +%s) + 60))
while [ "$(date +%s)" -lt "$deadline" ]; do
    if ! kill -0 "$MAINPID" 2>/dev/null; then
        echo "{{ service.name }} ended before it answered" >&2
        exit 1
    fi
    if timeout 10 {{ program.path | sh }} {{ ready_verb }} >/dev/null 2>&1; then
        exit 0
    fi
    sleep 0.5
done
echo "{{ service.name }} runs, but does not answer to \"{{ ready_verb }}\"; it is left running" >&2
exit 0
