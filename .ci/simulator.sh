# Builds the simulator for a gate unless it is built, starts it, and stops it with the script. To be sourced.
# Sets: ready (its line), origin, api, csv, control, client_id, client_secret.

start_simulator() { # start_simulator [options...]
  [[ -n ${PEOPLE_PROTECT_PROGRAMS:-} ]] || cargo build --quiet -p people-protect-simulator
  simulator_folder=$(mktemp -d)
  "${PEOPLE_PROTECT_PROGRAMS:-${CARGO_TARGET_DIR:-target}/debug}/people-protect-simulator" --port 0 "$@" \
    >"$simulator_folder/ready" 2>"$simulator_folder/log" &
  simulator=$!
  trap 'kill "$simulator" 2>/dev/null; wait "$simulator" 2>/dev/null; rm -rf "$simulator_folder"' EXIT
  until [[ -s $simulator_folder/ready ]]; do
    if ! kill -0 "$simulator" 2>/dev/null; then
      cat "$simulator_folder/log" >&2
      echo "the simulator does not start" >&2
      return 1
    fi
    sleep 0.05
  done
  ready=$(<"$simulator_folder/ready")
  api=$(of_ready api)
  csv=$(of_ready csv)
  control=$(of_ready control)
  client_id=$(of_ready client_id)
  client_secret=$(of_ready client_secret)
  origin=${api%/panic-api/v2}
}

# The first text of that name in the ready line.
of_ready() { grep -o "\"$1\":\"[^\"]*\"" <<<"$ready" | head -1 | cut -d'"' -f4; }
