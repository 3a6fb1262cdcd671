# The target `websocketpp`: the headers of websocketpp 0.8, as C++20 wants them.
#
# Three of its classes name their constructors as template-ids, `~server<config>()`, which C++20 no longer allows: GCC 11 to 13
# refuse it, GCC 14 warns, Clang does not mind. Copies of those headers without the template-ids stand before the installed ones;
# where websocketpp is mended already the copies are equal to it.
find_path(WEBSOCKETPP_INCLUDE_DIR websocketpp/version.hpp REQUIRED)
find_package(ZLIB REQUIRED)

set(mended "${CMAKE_CURRENT_BINARY_DIR}/websocketpp-c++20")
foreach(header logger/basic.hpp endpoint.hpp roles/server_endpoint.hpp)
    set(installed "${WEBSOCKETPP_INCLUDE_DIR}/websocketpp/${header}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${installed}")
    file(READ "${installed}" text)
    foreach(class "basic<concurrency,names>" "endpoint<connection,config>" "server<config>")
        string(REGEX REPLACE "<.*" "" name "${class}")
        # Only where the line begins with it: elsewhere it is a base class or a type.
        string(REGEX REPLACE "\n([ ]*~?)${class}\\(" "\n\\1${name}(" text "${text}")
    endforeach()
    file(CONFIGURE OUTPUT "${mended}/websocketpp/${header}" CONTENT "${text}" @ONLY)
endforeach()

add_library(websocketpp INTERFACE)
target_include_directories(websocketpp SYSTEM INTERFACE "${mended}" "${WEBSOCKETPP_INCLUDE_DIR}")
target_link_libraries(websocketpp INTERFACE ZLIB::ZLIB)
