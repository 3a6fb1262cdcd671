#include "sqlite_storage.hpp"

#include <weft/plugin.hpp>

WEFT_PLUGIN(weft::storage::SqliteStorage)
