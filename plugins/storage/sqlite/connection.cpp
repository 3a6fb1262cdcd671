#include "connection.hpp"

#include <utility>

namespace weft::storage {
namespace {

Code code_of(int sqlite_code) {
    switch (sqlite_code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_SCHEMA:
    case SQLITE_INTERRUPT: return Code::unavailable;
    case SQLITE_NOMEM: return Code::no_memory;
    case SQLITE_TOOBIG: return Code::limit;
    // A key that is taken or a value that is missing: the rows of a document contradict its head.
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::corrupt;
    default: return Code::internal;
    }
}

}  // namespace

Error error_of(int sqlite_code, std::string_view message) {
    return {code_of(sqlite_code),
            std::string(message) + " (SQLite " + std::to_string(sqlite_code) + ")", 0};
}

void Statement::bind(int index, std::string_view text) {
    // A null pointer would bind NULL, and an empty text is none.
    const char* data = text.data() == nullptr ? "" : text.data();
    keep(sqlite3_bind_text64(raw_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(int index, BytesView bytes) {
    const void* data = bytes.data() == nullptr ? static_cast<const void*>("") : bytes.data();
    keep(sqlite3_bind_blob64(raw_.get(), index, data, bytes.size(), SQLITE_STATIC));
}

Result<bool> Statement::step() {
    if (bound_ != SQLITE_OK) {
        return error_of(bound_, sqlite3_errstr(bound_));
    }
    const int code = sqlite3_step(raw_.get());
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        return code == SQLITE_ROW;
    }
    return error_of(code, sqlite3_errmsg(sqlite3_db_handle(raw_.get())));
}

Result<void> Statement::run() {
    const Use use(*this);
    const Result<bool> stepped = step();
    return stepped ? Result<void>{} : Result<void>{stepped.error()};
}

void Statement::reset() {
    // It repeats the error of the last step, which was told then.
    sqlite3_reset(raw_.get());
    bound_ = SQLITE_OK;
}

std::string_view Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(raw_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column));
    return data == nullptr ? std::string_view{} : std::string_view{data, size};
}

BytesView Statement::bytes(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(raw_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column));
    return data == nullptr ? BytesView{} : BytesView{data, size};
}

Result<Connection> Connection::open(const Settings& settings) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(settings.path.c_str(), &raw,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                         SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                     nullptr);
    Connection connection(raw);
    if (code != SQLITE_OK) {
        return raw == nullptr ? error_of(code, sqlite3_errstr(code)) : connection.last_error();
    }
    if (const Result<void> configured = connection.configure(settings); !configured) {
        return configured.error();
    }
    return connection;
}

Result<void> Connection::configure(const Settings& settings) {
    sqlite3_busy_timeout(raw_.get(), static_cast<int>(settings.busy_timeout.count()));
    Result<Statement> mode = prepare("PRAGMA journal_mode = WAL");
    if (!mode) {
        return mode.error();
    }
    if (const Result<bool> row = mode->step(); !row) {
        return row.error();
    }
    if (mode->text(0) != "wal") {
        return Error{Code::config,
                     "the file system has no shared memory for SQLite's write-ahead log", 0};
    }
    mode->reset();
    const std::string pragmas = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA "
                                "journal_size_limit = 67108864;"
                                "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" +
                                std::to_string(settings.cache_bytes / 1024);
    return execute(pragmas.c_str());
}

Result<void> Connection::execute(const char* sql) {
    if (sqlite3_exec(raw_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return last_error();
    }
    return {};
}

Result<void> Connection::prepare(std::initializer_list<Preparation> statements) {
    for (const Preparation& one : statements) {
        Result<Statement> prepared = prepare(one.sql);
        if (!prepared) {
            return prepared.error();
        }
        one.statement = *std::move(prepared);
    }
    return {};
}

Result<Statement> Connection::prepare(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v3(raw_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
        SQLITE_OK) {
        return last_error();
    }
    return Statement(raw);
}

Error Connection::last_error() const {
    return error_of(sqlite3_extended_errcode(raw_.get()), sqlite3_errmsg(raw_.get()));
}

}  // namespace weft::storage
