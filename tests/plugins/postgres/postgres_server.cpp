#include "postgres_server.hpp"

#include "address.hpp"
#include "schema.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace weft::postgres {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 30s;

/// A program of PostgreSQL's, in Debian's place for it or on the path.
std::string program(const std::string& name) {
    for (const char* version : {"15", "16", "17", "18", "14"}) {
        const std::string path = std::string("/usr/lib/postgresql/") + version + "/bin/" + name;
        if (access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return name;
}

/// PostgreSQL does not run as root: who it runs as then.
const passwd* user_of_server() {
    if (geteuid() != 0) {
        return nullptr;
    }
    const passwd* user = getpwnam("postgres");
    return user != nullptr ? user : getpwnam("nobody");
}

/// Nobody else has it now; the chance that somebody takes it before us is small.
int free_port() {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (bind(descriptor, raw, size) != 0 || getsockname(descriptor, raw, &size) != 0) {
        throw std::runtime_error("no free port");
    }
    close(descriptor);
    return ntohs(address.sin_port);
}

std::string contents_of(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

PostgresServer::PostgresServer() {
    if (const passwd* user = user_of_server()) {
        if (chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
            throw std::runtime_error("chown " + folder_.path().string());
        }
    }
    run({program("initdb"), "--pgdata=" + folder_ / "data", "--username=weft", "--auth=trust",
         "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"});
    // First match wins: the role `guarded` has to say its password.
    std::ofstream(folder_ / "data/pg_hba.conf")
        << "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
    port_ = free_port();
    start();
    sql("CREATE DATABASE weft", "postgres");
}

PostgresServer::~PostgresServer() {
    if (pid_ != 0) {
        stop(Stop::killed);
    }
}

std::string PostgresServer::url(const std::string& database) const {
    return "postgresql://weft@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

void PostgresServer::start(const std::vector<std::string>& settings) {
    std::vector<std::string> command{program("postgres"), "-D", folder_ / "data"};
    std::vector<std::string> all{"port=" + std::to_string(port_), "listen_addresses=127.0.0.1",
                                 "unix_socket_directories=",      "fsync=on",
                                 "shared_buffers=32MB",           "max_connections=40"};
    all.insert(all.end(), settings.begin(), settings.end());
    for (const std::string& setting : all) {
        command.insert(command.end(), {"-c", setting});
    }
    pid_ = spawn(command);
    const Address address{"host=127.0.0.1 dbname=postgres user=weft port=" + std::to_string(port_),
                          {}};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!takes_connections(address)) {
        if (std::chrono::steady_clock::now() > deadline || waitpid(pid_, nullptr, WNOHANG) != 0) {
            throw std::runtime_error("PostgreSQL does not start: " + contents_of(folder_ / "log"));
        }
        std::this_thread::sleep_for(10ms);
    }
}

void PostgresServer::stop(Stop how) {
    if (how == Stop::killed) {
        signal_all(SIGKILL);
    } else {
        kill(pid_, SIGINT);
    }
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void PostgresServer::freeze() {
    signal_all(SIGSTOP);
}

void PostgresServer::thaw() {
    signal_all(SIGCONT);
}

/// To the postmaster, so that it starts no more of them, and to its children.
void PostgresServer::signal_all(int signal) const {
    const std::string pid = std::to_string(pid_);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    const std::vector<pid_t> pids{std::istream_iterator<pid_t>(children), {}};
    kill(pid_, signal);
    for (const pid_t child : pids) {
        kill(child, signal);
    }
}

Rows PostgresServer::sql(const std::string& text, const std::string& database) const {
    Result<Connection> connection =
        Connection::open("host=127.0.0.1 user=weft port=" + std::to_string(port_) +
                         " dbname=" + database + " options='-c client_min_messages=error'");
    if (!connection) {
        throw std::runtime_error(connection.error().message);
    }
    Result<Rows> rows = connection->execute(text);
    if (!rows) {
        throw std::runtime_error(rows.error().message);
    }
    return *std::move(rows);
}

std::string PostgresServer::empty_store() {
    Result<Connection> connection = Connection::open(url());
    if (!connection || !migrate(*connection)) {
        throw std::runtime_error("the tables cannot be made");
    }
    sql("DELETE FROM weft_documents; DELETE FROM weft_heads; DELETE FROM weft_contents;"
        "DELETE FROM weft_updates; DELETE FROM weft_segments; DELETE FROM weft_keyframes;"
        "DELETE FROM weft_versions; DELETE FROM weft_tombstones");
    return url();
}

std::string PostgresServer::make_empty_database(const std::string& options) {
    const std::string name = "db" + std::to_string(++databases_);
    sql("CREATE DATABASE " + name + " " + options, "postgres");
    return name;
}

void PostgresServer::run(const std::vector<std::string>& command) const {
    int status = 0;
    if (waitpid(spawn(command), &status, 0) < 0 || status != 0) {
        throw std::runtime_error(command[0] + " failed (it is in the package postgresql-15): " +
                                 contents_of(folder_ / "log"));
    }
}

pid_t PostgresServer::spawn(const std::vector<std::string>& command) const {
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const std::string log = folder_ / "log";
    const passwd* user = user_of_server();
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    if (user != nullptr &&
        (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
        _exit(1);
    }
    // If the test dies, it goes too: SIGQUIT ends it at once, with all of its children.
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    if (chdir("/") == 0) {
        execvp(arguments[0], arguments.data());
    }
    _exit(127);
}

PostgresServer& shared_server() {
    static PostgresServer server;
    return server;
}

void StandbyThatNeverAnswers::set(const std::string& names) {
    shared_server().sql("ALTER SYSTEM SET synchronous_standby_names = '" + names + "'");
    shared_server().sql("SELECT pg_reload_conf()");
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (shared_server().sql("SHOW synchronous_standby_names").text(0, 0) != names) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("PostgreSQL does not take its settings anew");
        }
        std::this_thread::sleep_for(5ms);
    }
}

}  // namespace weft::postgres
