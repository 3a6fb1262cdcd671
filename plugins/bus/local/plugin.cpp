#include "local_bus.hpp"

#include <weft/plugin.hpp>

WEFT_PLUGIN(weft::LocalBus)
