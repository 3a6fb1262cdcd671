// One SQLite connection and its prepared statements, as values and results.
#pragma once

#include <weft/bytes.hpp>
#include <weft/result.hpp>

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace weft::storage {

/// What a failed call of SQLite means to the caller of a store: full disks and busy files pass, a damaged page
/// does not.
Error error_of(int sqlite_code, std::string_view message);

/// A prepared statement that is used again and again, on the thread of its connection.
///
/// What is bound is borrowed until `reset`; what a column gives, until the next `step` or `reset`. A bind that fails is
/// told by the next `step`.
class Statement {
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}

    void bind(int index, std::int64_t value) { keep(sqlite3_bind_int64(raw_.get(), index, value)); }
    void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, std::string_view text);
    void bind(int index, BytesView bytes);
    void bind_null(int index) { keep(sqlite3_bind_null(raw_.get(), index)); }

    /// True: a row stands ready. False: done.
    Result<bool> step();

    /// For a statement that gives no rows: step and reset.
    Result<void> run();

    /// Ends the use; also of one that failed.
    void reset();

    std::int64_t integer(int column) const { return sqlite3_column_int64(raw_.get(), column); }
    std::uint64_t natural(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string_view text(int column) const;
    BytesView bytes(int column) const;
    bool is_bytes(int column) const {
        return sqlite3_column_type(raw_.get(), column) == SQLITE_BLOB;
    }

private:
    void keep(int code) { bound_ = bound_ == SQLITE_OK ? code : bound_; }

    struct Finalize {
        void operator()(sqlite3_stmt* raw) const { sqlite3_finalize(raw); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> raw_;
    int bound_ = SQLITE_OK;
};

/// Resets the statement where its use ends.
class Use {
public:
    explicit Use(Statement& statement) : statement_(statement) {}
    ~Use() { statement_.reset(); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

private:
    Statement& statement_;
};

/// One connection, used by one thread at a time.
class Connection {
public:
    struct Settings {
        std::string path;
        std::chrono::milliseconds busy_timeout{5000};
        std::uint64_t cache_bytes = 16u << 20;
    };

    /// Opens the file, creating it when it is missing, and sets it to WAL with a sync at every commit.
    static Result<Connection> open(const Settings& settings);

    Result<void> execute(const char* sql);

    struct Preparation {
        Statement& statement;
        const char* sql;
    };
    Result<void> prepare(std::initializer_list<Preparation> statements);
    Result<Statement> prepare(const char* sql);

    bool in_transaction() const { return sqlite3_get_autocommit(raw_.get()) == 0; }
    sqlite3* raw() const { return raw_.get(); }

private:
    struct Close {
        void operator()(sqlite3* raw) const { sqlite3_close_v2(raw); }
    };

    explicit Connection(sqlite3* raw) : raw_(raw) {}
    Error last_error() const;
    Result<void> configure(const Settings& settings);

    std::unique_ptr<sqlite3, Close> raw_;
};

}  // namespace weft::storage
