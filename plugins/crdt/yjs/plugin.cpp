#include "yjs_crdt.hpp"

WEFT_PLUGIN(weft::yjs::YjsCrdt)
