#include "rga_crdt.hpp"

WEFT_PLUGIN(weft::rga::RgaCrdt)
