# Prints a word and the name of each unit that is in one of these states.
units_in() ( # STATES WORD UNIT-OR-PATTERN...
    states=$1
    word=$2
    shift 2
    for unit in $(systemctl list-units --plain --no-legend --state="$states" "$@" | cut -d ' ' -f 1); do
        printf '%s %s\n' "$word" "$unit"
    done
)
