// A PostgreSQL of a test's own: made in a fresh folder, on a free port of this machine, gone with the object.
#pragma once

#include "sdk/conformance/storage/fresh_folder.hpp"

#include "connection.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace weft::postgres {

class PostgresServer {
public:
    /// Makes a cluster with the database `weft` and starts it. Throws if PostgreSQL is not installed.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// As the superuser `weft`, who needs no password.
    std::string url(const std::string& database = "weft") const;
    int port() const { return port_; }
    bool is_running() const { return pid_ != 0; }

    /// Waits until it takes connections. `settings` are like "fsync=off".
    void start(const std::vector<std::string>& settings = {});

    enum class Stop {
        fast,    // ends all backends in order
        killed,  // SIGKILL to all of its processes: it recovers from its log at the next start
    };
    void stop(Stop how);

    /// SIGSTOP to all of its processes, until `thaw`: connections stay, nobody answers.
    void freeze();
    void thaw();

    /// Runs `text` as a superuser and gives what it gave.
    Rows sql(const std::string& text, const std::string& database = "weft") const;

    /// The URL of the database `weft`, with weft's tables and nothing in them. To make them costs more than most tests.
    std::string empty_store();
    /// The name of a database without anything in it. `options` are those of CREATE DATABASE.
    std::string make_empty_database(const std::string& options = "");

private:
    void run(const std::vector<std::string>& command) const;
    pid_t spawn(const std::vector<std::string>& command) const;
    void signal_all(int signal) const;

    conformance::FreshFolder folder_;
    int port_ = 0;
    pid_t pid_ = 0;
    int databases_ = 0;
};

/// While it lives, commits on the shared server wait for a standby that does not exist.
class StandbyThatNeverAnswers {
public:
    StandbyThatNeverAnswers() { set("nobody"); }
    ~StandbyThatNeverAnswers() { set(""); }
    StandbyThatNeverAnswers(const StandbyThatNeverAnswers&) = delete;
    StandbyThatNeverAnswers& operator=(const StandbyThatNeverAnswers&) = delete;

private:
    static void set(const std::string& names);
};

/// One server for all tests of the process that leave it as they found it.
PostgresServer& shared_server();

}  // namespace weft::postgres
