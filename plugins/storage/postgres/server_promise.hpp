// What a server's settings really promise of a commit.
#pragma once

#include "connection.hpp"

#include <weft/storage.hpp>

#include <string>
#include <vector>

namespace weft::postgres {

struct ServerPromise {
    Durability durability = Durability::stable;
    std::string version;  // of the server, for people
    std::string because;  // of which settings the durability is that
    std::vector<std::string> warnings;
};

/// Asks the server. Refuses one that cannot be used at all: too old, a standby, another encoding.
Result<ServerPromise> promise_of(Connection& connection);

}  // namespace weft::postgres
