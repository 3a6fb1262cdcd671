// One connection to PostgreSQL as values and results. libpqxx stands behind this header, whose users are C++20: it is
// compiled as C++17, so nothing here may need more.
#pragma once

#include <weft/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::postgres {

/// What a statement gave. Views hold as long as this lives.
class Rows {
public:
    struct Held;  // of libpqxx
    Rows();
    explicit Rows(std::unique_ptr<Held> held);
    Rows(Rows&& other) noexcept;
    Rows& operator=(Rows&& other) noexcept;
    ~Rows();

    int count() const;
    std::string_view text(int row, int column) const;  // empty for NULL
    /// Columns of type bigint, smallint; 0 for NULL.
    std::int64_t integer(int row, int column) const;
    std::uint64_t natural(int row, int column) const {
        return static_cast<std::uint64_t>(integer(row, column));
    }
    bool boolean(int row, int column) const { return text(row, column) == "t"; }

    /// Of a bytea.
    std::vector<std::uint8_t> bytes(int row, int column) const;

private:
    std::unique_ptr<Held> held_;
};

/// A statement that is prepared where it is first run. Both are literals.
struct Statement {
    const char* name;
    const char* sql;
};

/// Belongs to one thread; each call blocks until the server has answered.
///
/// Errors    After an error of `run` or `execute` ask `is_open`. Open: the server has refused the statement, and nothing of
///           it happened. Not open: the connection ended, and whether it happened is unknown.
class Connection {
public:
    /// `parameters` is a connection string of libpq, `keyword=value …`.
    static Result<Connection> open(const std::string& parameters);

    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;
    ~Connection();

    /// Parameters are values in PostgreSQL's text form.
    Result<Rows> run(const Statement& statement, const std::vector<std::string>& parameters);

    /// One statement or several, parted by semicolons, without parameters.
    Result<Rows> execute(const std::string& sql);

    bool is_open() const;

    /// The file descriptor of the socket.
    int socket() const;

private:
    struct Held;
    explicit Connection(std::unique_ptr<Held> held);

    std::unique_ptr<Held> held_;
};

}  // namespace weft::postgres
