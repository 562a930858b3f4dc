# Prints the processes whose program, or script, lies in the release. Of a script only the arguments
# tell, which everybody can choose: none but the service's user and root are believed.
release_processes() {
    executing "$below_release/*" | of_this_system
    own=$(id -u {{ user | sh }} 2>/dev/null) || own=0
    executing '*/dash' '*/bash' '*/perl' '*/python*' | of_this_system | while read -r pid; do
        case "$(user_of "$pid")" in
        0 | "$own") ;;
        *) continue ;;
        esac
        # The first argument that is no option, of two: `sh -e FILE`, but not `sh -c COMMAND`.
        script=$(tr '\0\n' '\n ' <"/proc/$pid/cmdline" | sed -n '2,3{/^-[^c]*$/!{p;q;};}') || continue
        case "$script" in
        */../*) ;;
        {{ directories.release | sh }}/*) echo "$pid" ;;
        esac
    done 2>/dev/null
}

# Ends them, within seconds{% if program.erts %}: heart first, because it would start the node again, and the port mapper last,
# when no node of this release can use it any more{% endif %}.
end_processes() {
{%- if program.erts %}
    for pid in $(executing "$below_release/*/bin/heart" | of_this_system); do
        kill -KILL "$pid" 2>/dev/null || true
    done
{%- endif %}
    tries=0
    while [ "$tries" -lt 50 ]; do
        left=
{%- if program.erts %}
        mappers=$(port_mappers remove | tr '\n' ' ')
{%- endif %}
        for pid in $(release_processes); do
{%- if program.erts %}
            case " $mappers" in
            *" $pid "*) continue ;;
            esac
{%- endif %}
            left=1
            if [ "$tries" -eq 0 ]; then
                kill -TERM "$pid" 2>/dev/null || true
            elif [ "$tries" -eq 40 ]; then
                kill -KILL "$pid" 2>/dev/null || true
            fi
        done
        [ -n "$left" ] || break
        tries=$((tries + 1))
        sleep 0.1
    done
{%- if program.erts %}
    end_port_mapper remove
{%- endif %}
}
