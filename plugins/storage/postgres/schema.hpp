// The tables behind the store and the views that people read.
#pragma once

#include "connection.hpp"

namespace weft::postgres {

/// Brings an empty or older database to the schema of this build, all in one transaction; whoever else starts
/// at the same time waits for it. Refuses what a newer weft has written and names that another program has taken.
Result<void> migrate(Connection& connection);

}  // namespace weft::postgres
