#include "connection.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <set>
#include <utility>

namespace weft::postgres {
namespace {

/// Messages of the server end in a line feed, and may have several lines and double spaces.
std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool is_space = c == '\n' || c == '\t' || c == ' ';
        if (!is_space) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

struct CodeOfClass {
    std::string_view begin;  // of the SQLSTATE
    Code code;
};

/// What an answer of the server means for whoever called the store. The first that fits; what is not here may pass
/// (no space, no locks, read-only, shutting down, a table that an operator has to bring back).
constexpr std::array<CodeOfClass, 8> codes{{
    {"40", Code::again},       // serialization failure, deadlock
    {"XX001", Code::corrupt},  // damaged page
    {"XX002", Code::corrupt},  // damaged index
    {"23", Code::corrupt},     // a row that contradicts what is stored
    {"53200", Code::no_memory},
    {"54", Code::limit},    // larger than PostgreSQL takes
    {"22", Code::invalid},  // a value that is no text, no number
    {"0A", Code::unsupported},
}};

Error error_of(std::string_view sqlstate, std::string_view message) {
    const auto found = std::find_if(codes.begin(), codes.end(), [&](const CodeOfClass& one) {
        return sqlstate.substr(0, one.begin.size()) == one.begin;
    });
    std::string text = one_line(message);
    if (!sqlstate.empty()) {
        text += " (SQLSTATE " + std::string(sqlstate) + ")";
    }
    return {found == codes.end() ? Code::unavailable : found->code, std::move(text), 0};
}

int nibble(char digit) {
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

}  // namespace

struct Rows::Held {
    pqxx::result result;

    pqxx::field at(int row, int column) const {
        return result[static_cast<pqxx::result::size_type>(row)]
                     [static_cast<pqxx::row::size_type>(column)];
    }
};

struct Connection::Held {
    explicit Held(const std::string& parameters) : connection(parameters), quiet(connection) {
#if PQXX_VERSION_MAJOR < 7
        // 6 connects anew by itself: then nobody would know that a statement was lost.
        connection.inhibit_reactivation(true);
#endif
    }

    pqxx::connection connection;
    pqxx::quiet_errorhandler quiet;
    std::set<std::string> prepared;
};

Rows::Rows() = default;
Rows::Rows(std::unique_ptr<Held> held) : held_(std::move(held)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

int Rows::count() const {
    return held_ ? static_cast<int>(held_->result.size()) : 0;
}

std::string_view Rows::text(int row, int column) const {
    const pqxx::field field = held_->at(row, column);
    return field.is_null()
               ? std::string_view()
               : std::string_view(field.c_str(), static_cast<std::size_t>(field.size()));
}

std::int64_t Rows::integer(int row, int column) const {
    const std::string_view digits = text(row, column);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::vector<std::uint8_t> Rows::bytes(int row, int column) const {
    std::string_view hex = text(row, column);
    hex.remove_prefix(std::min<std::size_t>(hex.size(), 2));  // \x
    std::vector<std::uint8_t> bytes(hex.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
    return bytes;
}

Connection::Connection(std::unique_ptr<Held> held) : held_(std::move(held)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

namespace {

/// Runs `call`, which throws what libpqxx throws.
template <class T, class Call>
Result<T> caught(Call&& call) {
    try {
        return call();
    } catch (const pqxx::sql_error& error) {
        return error_of(error.sqlstate(), error.what());
    } catch (const std::bad_alloc&) {
        return Error{Code::no_memory, "no memory for what PostgreSQL was asked or has answered", 0};
    } catch (const std::exception& error) {
        return error_of("", error.what());
    }
}

}  // namespace

Result<Connection> Connection::open(const std::string& parameters) {
    return caught<Connection>(
        [&]() -> Connection { return Connection(std::make_unique<Held>(parameters)); });
}

Result<Rows> Connection::run(const Statement& statement,
                             const std::vector<std::string>& parameters) {
    return caught<Rows>([&]() -> Rows {
        if (held_->prepared.count(statement.name) == 0) {
            held_->connection.prepare(statement.name, statement.sql);
            held_->prepared.insert(statement.name);
        }
        // Each statement is a transaction of its own, unless `execute` has begun one.
        pqxx::nontransaction transaction(held_->connection);
        auto rows = std::make_unique<Rows::Held>();
        rows->result = transaction.exec_prepared(statement.name,
                                                 pqxx::prepare::make_dynamic_params(parameters));
        return Rows(std::move(rows));
    });
}

Result<Rows> Connection::execute(const std::string& sql) {
    return caught<Rows>([&]() -> Rows {
        pqxx::nontransaction transaction(held_->connection);
        auto rows = std::make_unique<Rows::Held>();
        rows->result = transaction.exec(sql);
        return Rows(std::move(rows));
    });
}

bool Connection::is_open() const {
    return held_->connection.is_open();
}

int Connection::socket() const {
    return held_->connection.sock();
}

}  // namespace weft::postgres
