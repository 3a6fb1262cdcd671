// The tables behind the store and the views that people read.
#pragma once

#include "connection.hpp"

namespace weft::storage {

/// Brings an empty or older database to the schema of this build, one version after the other, each in a transaction.
/// Refuses a file that a newer weft or another program wrote.
Result<void> migrate(Connection& connection);

}  // namespace weft::storage
