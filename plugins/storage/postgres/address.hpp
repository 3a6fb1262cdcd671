// Where the database is, and how to log in.
#pragma once

#include <weft/result.hpp>

#include <chrono>
#include <string>

namespace weft::postgres {

struct Address {
    /// For libpq, with all that the URL says and our defaults for what it leaves open. Holds the password: for nobody's eyes.
    std::string parameters;

    /// For messages: postgresql://weft@db.example:5432/notes
    std::string shown;
};

/// Reads an URL or another connection string of libpq. Opens nothing. The message of an error never
/// repeats what could be a password.
Result<Address> parse_address(const std::string& url, std::chrono::seconds connect_timeout);

/// Whether a server answers at `address` and lets clients in: tells one that is away or still starting from
/// one that refuses us. Blocks for as long as `connect_timeout`.
bool takes_connections(const Address& address);

}  // namespace weft::postgres
