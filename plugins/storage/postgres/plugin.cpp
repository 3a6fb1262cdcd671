#include "postgres_storage.hpp"

#include <weft/plugin.hpp>

WEFT_PLUGIN(weft::postgres::PostgresStorage)
