#!/usr/bin/env bash
# The portal on one Debian machine, without containers: PostgreSQL, two portals, two workers and Caddy, under systemd.
#
#     deploy/install.sh install      what is missing is made, and this checkout becomes the release that runs
#     deploy/install.sh prepare      the same, but nothing is started, and what is in the database stays as it is: before a restore
#     deploy/install.sh upgrade      this checkout becomes the release that runs; nobody who uses the portal notices
#     deploy/install.sh rollback     the release before becomes the one that runs; the database stays as it is
#     deploy/install.sh stop         nothing of the portal's runs, and nothing wakes it: before a restore
#     deploy/install.sh start        all of it runs again
#     deploy/install.sh manage …     manage.py of the release that runs, with its settings and as its user
#     deploy/install.sh manage-owner …   the same as the role that owns the tables, with the key to backups: restore
#     deploy/install.sh grants       gives the portal's role its rights again, after a restore
#
# Run as root from a checkout. Again changes nothing that is as it should be. docs/operations.md tells the rest.
#
#     --root DIR              everything is laid under DIR instead of /
#     --user NAME             runs the portal (erhvervspanel)
#     --no-packages           Debian's packages are there
#     --admin-database URL    PostgreSQL's superuser (the user postgres on this machine); its password by PGPASSWORD
#     --database-host HOST    where the portal finds PostgreSQL (127.0.0.1)
#     --port-prefix DIGITS    the portals listen at this and their number: 8001 and 8002 (800)
set -euo pipefail
umask 0022

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
ROOT=
USER_NAME=erhvervspanel
PACKAGES=yes
ADMIN_DATABASE=
DATABASE_HOST=127.0.0.1
DATABASE=erhvervspanel
PORT_PREFIX=800
PORTALS="1 2"
WORKERS="1 2"
TASKS="check_links check_capacity check_chain check_retention"
KEPT_RELEASES=5
STATIC_DAYS=30
READY_WITHIN=${READY_WITHIN:-60} # seconds, for a new release
RESTART=$PORTALS # those that restart_all sees to
RESTARTED=

main() {
    local command
    read_options "$@"
    command=${LEFT[0]:-}
    case $command in
        manage | manage-owner) ;; # what comes after it is for manage.py
        *)
            read_options "${LEFT[@]:1}"
            [ ${#LEFT[@]} = 0 ] || fail "Ukendt valg: ${LEFT[0]}"
            ;;
    esac
    # A list of processes shows what a command was given.
    [[ ! $ADMIN_DATABASE =~ ://[^/@]*:[^/@]*@ ]] || fail "Tag adgangskoden ud af --admin-database, og giv den i PGPASSWORD."
    [ "$(id -u)" = 0 ] || [ -n "$ROOT" ] || fail "Kør som root: sudo deploy/install.sh $*"
    OPT=$ROOT/opt/erhvervspanel
    ETC=$ROOT/etc/erhvervspanel
    UNITS=$ROOT/etc/systemd/system
    case $command in
        install)
            make_ready
            release
            ;;
        prepare)
            ! systemctl is-active --quiet 'erhvervspanel-*' || fail "Portalen kører. Stop den først: deploy/install.sh stop"
            make_ready
            prepare
            ;;
        upgrade)
            take_current
            release
            ;;
        rollback) roll_back ;;
        # Sockets and timers too: the proxy asks each portal every few seconds, and a socket that is asked starts its portal.
        stop) systemctl stop 'erhvervspanel-*' ;;
        start)
            take_current
            restart_all "$READY_WITHIN" || not_ready
            ;;
        manage)
            take_current
            manage "${LEFT[@]:1}"
            ;;
        manage-owner)
            take_current
            manage_as_owner "${LEFT[@]:1}"
            ;;
        grants)
            take_current
            grant
            ;;
        *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
    esac
}

# Reads the options in front, and leaves the rest in LEFT.
read_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --root) ROOT=$(mkdir -p "$2" && cd "$2" && pwd); shift ;;
            --user) USER_NAME=$2; shift ;;
            --admin-database) ADMIN_DATABASE=$2; shift ;;
            --database-host) DATABASE_HOST=$2; shift ;;
            --port-prefix) PORT_PREFIX=$2; shift ;;
            --no-packages) PACKAGES= ;;
            --*) fail "Ukendt valg: $1" ;;
            *) break ;;
        esac
        shift
    done
    LEFT=("$@")
}

take_current() {
    RELEASE=$OPT/current
    [ -e "$RELEASE" ] || fail "Portalen er ikke installeret. Kør: deploy/install.sh install"
}

fail() {
    echo "$*" >&2
    exit 1
}

say() {
    echo "· $*"
}

# -- What is made once -----------------------------------------------------------------------------------------

make_ready() {
    local folder
    [ -z "$PACKAGES" ] || install_packages
    id "$USER_NAME" >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin "$USER_NAME"
    install -d -m 0755 "$OPT" "$OPT/releases" "$OPT/environments" "$ETC" "$UNITS" "$UNITS/caddy.service.d"
    # The folder for files before there is any: that it is missing means a disk that nobody has mounted (/readyz).
    for folder in lib/erhvervspanel lib/erhvervspanel/media backups/erhvervspanel; do
        install -d -m 0750 "$ROOT/var/$folder"
        own "$ROOT/var/$folder"
    done
    [ -e "$ETC/portal.env" ] || write_settings
    make_database
}

install_packages() {
    say "Debians pakker"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
        python3 python3-venv postgresql postgresql-client caddy ca-certificates jq >/dev/null
}

own() {
    [ "$(id -u)" != 0 ] || chown "$USER_NAME:$(id -gn "$USER_NAME")" "$@"
}

# Two files of settings: the portal's, and what the role that owns the tables has instead, with the key to backups.
write_settings() {
    say "$ETC/portal.env med nye hemmeligheder"
    sed -e '/^#/!s/=.*/=/; /^BACKUP_KEY=/d' "$SOURCE/.env.example" >"$ETC/portal.env.new"
    setting "$ETC/portal.env.new" SECRET_KEY "$(secret)"
    setting "$ETC/portal.env.new" BEHIND_PROXY 1
    setting "$ETC/portal.env.new" MEDIA_URL "file://$ROOT/var/lib/erhvervspanel/media"
    setting "$ETC/portal.env.new" DATABASE_URL "$(database_url erhvervspanel_portal)"
    chmod 0640 "$ETC/portal.env.new"
    [ "$(id -u)" != 0 ] || chgrp "$(id -gn "$USER_NAME")" "$ETC/portal.env.new"
    (umask 0077 && printf 'DATABASE_URL=%s\nBACKUP_KEY=%s\n' "$(database_url erhvervspanel_owner)" \
        "$(head -c 32 /dev/urandom | base64)" >"$ETC/owner.env")
    mv "$ETC/portal.env.new" "$ETC/portal.env"
}

setting() {
    grep -q "^$2=" "$1" || sed -i "\$a $2=" "$1"
    sed -i "s|^$2=.*|$2=$3|" "$1"
}

# In a release, where they are put otherwise, backups would be deleted with it. At each release, for machines installed without it.
set_backup_folder() {
    [ -n "$(value_in "$ETC/portal.env" BACKUP_FOLDER)" ] ||
        setting "$ETC/portal.env" BACKUP_FOLDER "$ROOT/var/backups/erhvervspanel"
}

secret() {
    head -c 48 /dev/urandom | base64 | tr '+/' '-_'
}

database_url() {
    local password
    password=$(secret)
    case $DATABASE_HOST in
        /*) echo "postgres://$1:$password@/$DATABASE?host=$DATABASE_HOST" ;;
        *) echo "postgres://$1:$password@$DATABASE_HOST:5432/$DATABASE" ;;
    esac
}

# The roles (deploy/roles.sql) and their passwords, as the settings have them. Not where the settings name another server.
make_database() {
    local url
    url=$(value_in "$ETC/portal.env" DATABASE_URL)
    case $url in
        "postgres://erhvervspanel_portal:"*"@$DATABASE_HOST:"*) ;;
        "postgres://erhvervspanel_portal:"*"@/"*"host=$DATABASE_HOST") ;;
        *) say "Databasen i $ETC/portal.env passer nogen anden"; return ;;
    esac
    say "Database og roller"
    if [ -z "$(superuser postgres --tuples-only --command "SELECT 1 FROM pg_database WHERE datname = '$DATABASE'")" ]; then
        superuser postgres --command "CREATE DATABASE $DATABASE ENCODING 'UTF8' TEMPLATE template0"
    fi
    superuser "$DATABASE" --file=- <"$SOURCE/deploy/roles.sql"
    superuser "$DATABASE" --file=- <<SQL
ALTER ROLE erhvervspanel_portal PASSWORD '$(password_in "$url")';
ALTER ROLE erhvervspanel_owner PASSWORD '$(password_in "$(value_in "$ETC/owner.env" DATABASE_URL)")';
SQL
}

superuser() {
    local database=$1 psql=(psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1)
    shift
    if [ -n "$ADMIN_DATABASE" ]; then
        "${psql[@]}" "$@" --dbname="$(echo "$ADMIN_DATABASE" | sed -E "s|^([a-z]+://[^/]*/)[^?]*|\1$database|")"
    else
        runuser -u postgres -- "${psql[@]}" "$@" --dbname="$database"
    fi
}

value_in() {
    sed -n "s/^$2=//p" "$1"
}

password_in() {
    echo "$1" | sed -E 's|^[a-z]+://[^:]*:([^@]*)@.*|\1|'
}

# -- A release -------------------------------------------------------------------------------------------------

release() {
    lay_release
    migrate
    install_units
    switch_to "$RELEASE"
    restart_all "$READY_WITHIN" || give_up
    forget_old_releases
    say "Portalen kører. Se, hvordan den har det: systemctl status 'erhvervspanel-*'"
}

prepare() {
    lay_release
    install_units
    switch_to "$RELEASE"
    say "Alt ligger klar, og intet er startet. Læs en sikkerhedskopi ind, og kør: deploy/install.sh start"
}

lay_release() {
    RELEASE=$OPT/releases/$(date -u +%Y%m%d-%H%M%S)
    say "Udgivelsen $RELEASE"
    copy_code
    make_environment
    set_backup_folder
    manage check --deploy --fail-level ERROR || refuse_release "Indstillingerne i $ETC/portal.env er ikke i orden. Ret dem, og kør igen."
    collect_static
}

refuse_release() {
    rm -rf "$RELEASE"
    fail "$*"
}

# Read by the portal's user, whatever the umask of who made the checkout; without what containers have beside it.
copy_code() {
    mkdir "$RELEASE"
    tar --create --directory "$SOURCE" --mode='u=rwX,go=rX' --exclude-vcs --exclude=./.venv --exclude=./var --exclude=./.env \
        --exclude='./deploy/*.env' --exclude=./deploy/secrets --exclude=__pycache__ . |
        tar --extract --directory "$RELEASE" --no-same-owner
}

# One environment for all releases with the same packages, made beside and moved into place when it is whole.
make_environment() {
    local mark environment lists=("$RELEASE/requirements/run.txt")
    case $(value_in "$ETC/portal.env" MEDIA_URL) in s3://*) lists+=("$RELEASE/requirements/object-storage.txt") ;; esac
    mark=$( (python3 --version && cat "${lists[@]}") | sha256sum | cut -c -16)
    environment=$OPT/environments/$mark
    if [ ! -e "$environment" ]; then
        say "Pakkerne, med kontrol af deres hash"
        rm -rf "$environment.new"
        python3 -m venv "$environment.new"
        "$environment.new/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
            --require-hashes --only-binary :all: "${lists[@]/#/--requirement=}"
        mv "$environment.new" "$environment"
    fi
    ln -s "$environment" "$RELEASE/.venv"
    # The portal may not write here, and would compile its code at every start.
    "$RELEASE/.venv/bin/python" -m compileall -q -x '/(\.venv|var)/' "$RELEASE"
}

# `manage.py` of the new release, as the portal's user and with the portal's settings.
manage() {
    as_portal "$ETC/portal.env" "$RELEASE" .venv/bin/python manage.py "$@"
}

manage_as_owner() {
    as_portal "$ETC/portal.env $ETC/owner.env" "$RELEASE" .venv/bin/python manage.py "$@"
}

# Runs a command in folder $2 with the settings in the files $1 alone, read as systemd reads them: NAME=value, nothing else. They are
# passed on as the environment: what a command is called with, everybody on the machine can read.
as_portal() (
    files=$1 path=$PATH
    cd "$2"
    shift 2
    for name in $(compgen -e); do unset "$name"; done
    export PATH=$path LANG=C.UTF-8
    # shellcheck disable=SC2086 # several files
    while IFS= read -r line; do
        case $line in [A-Z]*=*) export "${line?}" ;; esac
    done < <(cat $files)
    if [ "$(id -u)" = 0 ] && [ "$USER_NAME" != root ]; then
        exec runuser -u "$USER_NAME" -- "$@"
    fi
    exec "$@"
)

# Hashed names: what a page from the release before asks for is kept for a month from when that release is replaced.
collect_static() {
    local before=$OPT/current/var/static
    say "Statiske filer"
    install -d "$RELEASE/var/static"
    own "$RELEASE/var" "$RELEASE/var/static"
    manage collectstatic --no-input --verbosity 0
    if [ -d "$before" ]; then
        cp --archive --no-clobber "$before/." "$RELEASE/var/static/"
        jq --raw-output '.paths[] | ., "\(.).br", "\(.).gz"' "$before/staticfiles.json" |
            (cd "$RELEASE/var/static" && xargs --delimiter='\n' touch --no-create)
        find "$RELEASE/var/static" -type f -mtime "+$STATIC_DAYS" -delete
    fi
}

migrate() {
    say "Migreringer, mens den forrige udgivelse kører"
    manage_as_owner migrate --no-input --verbosity 1
    grant
    manage_as_owner setup_roles
}

# What the portal's role may do with each table (deploy/grants.sql).
grant() {
    manage_as_owner grant
}

install_units() {
    local site host each listening=
    cp -R "$RELEASE/deploy/systemd/." "$UNITS/"
    # Where the portal lies somewhere else, or runs as somebody else.
    find "$UNITS" -path '*erhvervspanel-*' -type f -exec sed -i \
        -e "s#/opt/erhvervspanel#$OPT#g; s#/etc/erhvervspanel#$ETC#g; s#/var/backups#$ROOT/var/backups#g" \
        -e "s#^User=.*#User=$USER_NAME#; s#^Group=.*#Group=$(id -gn "$USER_NAME")#; s#:800%i#:$PORT_PREFIX%i#" {} +
    for each in $PORTALS; do listening="$listening 127.0.0.1:$PORT_PREFIX$each"; done
    site=$(value_in "$ETC/portal.env" SITE_URL)
    host=$(echo "$site" | sed -E 's|^[a-z]+://||; s|:[0-9]+$||')
    cp "$RELEASE/deploy/Caddyfile" "$ETC/Caddyfile"
    printf 'SITE_ADDRESS=%s\nSITE_HOST=%s\nPORTALS=%s\n' "${site#https://}" "$host" "${listening# }" >"$ETC/caddy.env"
    # Debian 12's; the newer name for it came with 2.6.3.
    if dpkg --compare-versions "$(caddy version | sed -E 's/^v?([0-9.]+).*/\1/')" lt 2.6.3; then
        printf 'REQUEST_BUFFERS=max_buffer_size\nBUFFERING=buffer_requests\n' >>"$ETC/caddy.env"
    fi
    printf '[Service]\nEnvironmentFile=%s\nExecStart=\nExecStart=/usr/bin/caddy run --config %s\nExecReload=\nExecReload=/usr/bin/caddy reload --config %s --force\n' \
        "$ETC/caddy.env" "$ETC/Caddyfile" "$ETC/Caddyfile" >"$UNITS/caddy.service.d/erhvervspanel.conf"
    chmod 0644 "$ETC/Caddyfile" "$ETC/caddy.env"
    systemctl daemon-reload
}

switch_to() {
    [ ! -e "$OPT/current" ] || ln -sfn "$(readlink "$OPT/current")" "$OPT/previous"
    ln -sfn "$1" "$OPT/current.new"
    mv -T "$OPT/current.new" "$OPT/current"
}

# One portal after the other, which must be ready within $1 seconds: the first is asked whether it is well before the second lets go
# of the old code.
restart_all() {
    local each
    for each in $RESTART; do
        RESTARTED="$RESTARTED $each"
        systemctl enable --quiet --now "erhvervspanel-portal@$each.socket"
        systemctl enable --quiet "erhvervspanel-portal@$each.service"
        systemctl restart "erhvervspanel-portal@$each.service" || return 1
        WAIT=$1 SITE_URL=$(value_in "$ETC/portal.env" SITE_URL) \
            "$OPT/current/.venv/bin/python" "$OPT/current/deploy/healthy.py" "127.0.0.1:$PORT_PREFIX$each" /readyz || return 1
    done
    for each in $WORKERS; do
        systemctl enable --quiet "erhvervspanel-worker@$each.service"
        systemctl restart "erhvervspanel-worker@$each.service" || return 1
    done
    for each in $TASKS; do
        systemctl enable --quiet --now "erhvervspanel-task@$each.timer"
    done
    systemctl enable --quiet --now erhvervspanel-backup.timer erhvervspanel-erasures.timer erhvervspanel-backup-check.timer
    systemctl enable --quiet erhvervspanel-migrate.service
    systemctl reload-or-restart caddy.service
}

not_ready() {
    fail "Portalen blev ikke klar. Se hvorfor: journalctl -u 'erhvervspanel-*'"
}

give_up() {
    [ -e "$OPT/previous" ] || not_ready
    say "Den nye udgivelse blev ikke klar. Skifter tilbage til $(readlink "$OPT/previous")"
    RESTART=$RESTARTED # the others run the old code still
    go_back
    fail "Den nye udgivelse blev ikke klar, og den forrige kører igen. Se hvorfor: journalctl -u 'erhvervspanel-*'"
}

roll_back() {
    [ -e "$OPT/previous" ] || fail "Der er ingen udgivelse før den, der kører."
    say "Skifter tilbage til $(readlink "$OPT/previous")"
    go_back
}

go_back() {
    RELEASE=$(readlink "$OPT/previous")
    install_units
    ln -sfn "$RELEASE" "$OPT/current.new"
    mv -T "$OPT/current.new" "$OPT/current"
    rm "$OPT/previous"
    restart_all 60 || fail "Heller ikke den forrige udgivelse blev klar. Se hvorfor: journalctl -u 'erhvervspanel-*'"
}

forget_old_releases() {
    local each
    find "$OPT/releases" -mindepth 1 -maxdepth 1 -type d | sort | head -n "-$KEPT_RELEASES" | while read -r each; do
        case $each in "$(readlink "$OPT/current")" | "$(readlink "$OPT/previous" || true)") ;; *) rm -rf "$each" ;; esac
    done
}

# On one line: the file may be another when this is done.
main "$@"; exit
