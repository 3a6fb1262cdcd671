#include "websocketpp_transport.hpp"

#include <weft/plugin.hpp>

WEFT_PLUGIN(weft::WebsocketppTransport)
