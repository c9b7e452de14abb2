# SPDX-License-Identifier: BSD-3-Clause
# Completes stentorctl's commands and options in bash.

_stentorctl() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=() i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    [[ ${COMP_WORDS[i]} == -* ]] || command+=("${COMP_WORDS[i]}")
  done
  local server="--socket --url --token-file --cacert"
  local asking="--json $server --help" choices
  case $before in
    --state) choices="offered bound declined" ;;
    --stage) choices="asking offered told refused declined elsewhere bound loading failed loaded released" ;;
    --type) choices="lease transfer boot reload port alarm host" ;;
    --local) choices="yes no" ;;
    --boot-once-for) choices="all ipxe" ;;
    --from) choices="kea isc dnsmasq stentor" ;;
    -f | --format)
      choices="chunks sha256sums"
      [[ ${command[*]} == leases* ]] && choices="json csv"
      ;;
    --socket | --token-file | --cacert | --database | -w | --write | -c | --config | -o | --output | -m | --manifest)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    *)
      case "${command[*]:0:2}" in
        "") choices="status drops workers ports top leases hosts clients transfers events capture images config reload drain log-level --help --version" ;;
        status* | workers* | ports*) choices=$asking ;;
        drops*) choices="--all $asking" ;;
        top*) choices="--interval --looks $asking" ;;
        leases) choices="list export import release --help" ;;
        "leases list") choices="--address --mac --subnet --state --limit $asking" ;;
        "leases export") choices="--format --database $server --help" ;;
        "leases release") choices=$asking ;;
        "leases import") choices="--from --config --help" ;;
        hosts) choices="list set boot-once remove --help" ;;
        "hosts list" | "hosts remove") choices=$asking ;;
        "hosts set") choices="--address --hostname --classes --boot-file --local --boot-once --boot-once-for $asking" ;;
        "hosts boot-once") choices="--ipxe --cancel $asking" ;;
        clients*) choices="--stuck --silent --stage --mac --address --limit $asking" ;;
        transfers*) choices="--address --limit $asking" ;;
        events*) choices="--follow --type --limit $asking" ;;
        capture*) choices="--write --mac --address --ip --port --drops --snap --frames --seconds $server --help" ;;
        images) choices="list manifest verify --help" ;;
        "images list") choices="--prefix --rejected --limit $asking" ;;
        "images manifest") choices="--output --format --help" ;;
        "images verify") choices="--manifest --help" ;;
        config) choices="show reload --help" ;;
        "config show") choices=$asking ;;
        drain*) choices="--wait --end $asking" ;;
        log-level*) choices="error warning info debug $asking" ;;
        "config reload" | reload*) choices="--dry-run $asking" ;;
      esac
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
  # A file of leases.
  if [[ ${command[*]:0:2} =~ ^leases\ (export|import)$ && $word != -* && $before != -* ]]; then
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
  fi
  # A folder of boot files.
  if [[ ${command[*]:0:2} =~ ^images\ (manifest|verify)$ && $word != -* ]]; then
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word")
  fi
}

complete -F _stentorctl stentorctl
